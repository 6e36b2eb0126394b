import { stripVTControlCharacters } from "node:util";
import type Docker from "dockerode";
import { Refusal } from "../terminal/refusal";
import { prepareDatabase } from "./scan-files";
import { runScanner } from "./scanner-run";

/** How grype says that its database is older than it takes: five days. */
const TOO_OLD = /database was built (.+?) ago \(max allowed age is (.+?)\)/;

/** How grype says that it has none. */
const NONE = /database does not exist|database not found/;

const MIRROR = "PLATFORM_VULNERABILITY_DATABASE";

/** Where a database is updated from, and by which engine. */
export interface DatabaseSource {
  readonly docker: Docker;
  /** The reference of the scanner's image in the engine. */
  readonly scanner: string;
  /** A mirror of grype's publisher. @default its publisher */
  readonly mirror: string | undefined;
  readonly signal: AbortSignal;
}

/**
 * Lets grype update its database, in a container of its own: the one that reads images has no network.
 *
 * @returns why it is as it was; the scan decides whether it is still good enough
 */
export async function updateDatabase(
  { docker, scanner, mirror, signal }: DatabaseSource,
  volume: string,
  folder: string,
): Promise<string | undefined> {
  const environment = mirror === undefined ? [] : [`GRYPE_DB_UPDATE_URL=${mirror}`];
  const { exitCode, log } = await runScanner(
    docker,
    { scanner, command: ["db", "update"], environment, updates: true, volume },
    { before: (container, given) => prepareDatabase(container, folder, given) },
    signal,
  );
  return exitCode === 0 ? undefined : reasonIn(log);
}

/**
 * Why the scanner has no answer, and what to do about it.
 *
 * @param problem why the database was not updated
 */
export function whyNotScanned(image: string, log: string, problem: string | undefined): Refusal {
  const [, age, limit] = TOO_OLD.exec(log) ?? [];
  const isMissing = NONE.test(log);
  if (problem !== undefined && (age !== undefined || isMissing)) {
    const state = age === undefined ? "there is none" : `the one of this engine is ${age} old`;
    return new Refusal(
      `${image} cannot be scanned: ${state}, and the vulnerability database cannot be updated: ${problem}`,
      `Let the engine's containers reach https://grype.anchore.io/databases, or name a mirror that they reach in ${MIRROR}; see docs/scanning.md.`,
    );
  }
  if (age !== undefined) {
    return new Refusal(
      `${image} cannot be scanned: the newest vulnerability database was built ${age} ago, and grype takes none of more than ${limit ?? "five days"}`,
      `Update the mirror that ${MIRROR} names, and check this machine's clock (date).`,
    );
  }
  return new Refusal(
    `${image} cannot be scanned: grype failed: ${reasonIn(log)}`,
    "If it fails again, report it with the lines above; without `scan` in environments.ts nothing is scanned before the push.",
  );
}

/** Grype's error, without the colours and the times of its log. */
function reasonIn(log: string): string {
  const said = stripVTControlCharacters(log)
    .split(/[\r\n]+/)
    .map((line) => line.replace(/^\[\d+\]\s*/, "").trim())
    .filter((line) => /\w/.test(line));
  const errors = said.filter((line) => /^ERROR /.test(line));
  const [last = "it said nothing"] = [...said, ...errors].slice(-1);
  return last.replace(/^ERROR (unable to update vulnerability database: )?/, "");
}
