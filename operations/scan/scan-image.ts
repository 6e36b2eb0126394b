import type Docker from "dockerode";
import { type Scan, described } from "../../spec/scan/accepted";
import { isNotFound } from "../target/engine-answer";
import { Refusal, type Report } from "../terminal/refusal";
import { Failure } from "../terminal/run";
import { type DatabaseSource, updateDatabase, whyNotScanned } from "./database";
import { evaluate } from "./evaluation";
import { readReport } from "./report";
import {
  FILES,
  copyImage,
  fetchReports,
  readScanFile,
  scanFolder,
  scannerCommand,
  writeOutcome,
} from "./scan-files";
import { countsInWords, failureInWords } from "./scan-words";
import { databaseVolume } from "./scanner";
import { removeStrayScanners, runScanner } from "./scanner-run";

/** An image that is scanned, and the place and terms of it. */
export interface ImageScan extends DatabaseSource {
  readonly image: string;
  /** Its ID in the engine. */
  readonly id: string;
  readonly suffix: string;
  readonly scan: Scan;
  readonly report: Report;
}

/**
 * Scans an image in the engine, and leaves the reports in its folder. The scanner's image must be there.
 *
 * @returns what was found, in words
 * @throws Failure with the findings that keep the image from being pushed
 * @throws Refusal when there is no answer: without a database, or when the scanner fails
 */
export async function scanImage(asked: ImageScan): Promise<string> {
  const { docker, scanner, image, id, suffix, scan, report } = asked;
  await requireImage(docker, image, id);
  await removeStrayScanners(docker, Date.now());
  const folder = scanFolder(suffix, image);
  const volume = databaseVolume(asked.mirror);
  report(`scanning ${image}`);
  const problem = await updateDatabase(asked, volume, folder);
  if (problem !== undefined) report(`the vulnerability database is not updated: ${problem}`);
  const run = await runScanner(
    docker,
    { scanner, command: scannerCommand(image), updates: false, volume },
    {
      before: (container, signal) => copyImage({ docker, id, container, folder, signal }),
      after: (container, signal) => fetchReports(container, folder, signal),
    },
    asked.signal,
  );
  if (run.exitCode !== 0) throw whyNotScanned(image, run.log, problem);
  const { findings, databaseBuilt } = readReport(readScanFile(folder, FILES.report));
  const evaluation = evaluate(findings, image, scan);
  const { counts, used, failing } = evaluation;
  const words = `${image} scanned: ${countsInWords(counts)}`;
  const scannedAt = new Date().toISOString();
  const accepted = used.map(described);
  writeOutcome(folder, { scannedAt, image, id, databaseBuilt, words, counts, used: accepted });
  if (failing.length > 0) throw new Failure(failureInWords(image, evaluation, scan, folder));
  return words;
}

async function requireImage(docker: Docker, image: string, id: string): Promise<void> {
  try {
    await docker.getImage(id).inspect();
  } catch (error) {
    if (!isNotFound(error)) throw error;
    throw new Refusal(
      `${image} cannot be scanned: the engine does not have the image ${id}`,
      "npx platform deploy fetches it from its repository, or builds it if it was not pushed.",
    );
  }
}
