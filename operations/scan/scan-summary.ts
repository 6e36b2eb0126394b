import type { Config } from "../../spec/config";
import { ACCEPTED_FILE, described, isAbout } from "../../spec/scan/accepted";
import { list, record } from "../terraform/terraform-events";
import { readOutcome, scanFolder } from "./scan-files";

/** What a scan has left about an image. */
interface Outcome {
  readonly image: string;
  readonly words: string;
  readonly isNew: boolean;
  /** What accepted one of its findings. */
  readonly used: readonly unknown[];
}

/**
 * What the scans since a time have found, a line for each image, and which accepted vulnerabilities they
 * no longer have. Empty when nothing was scanned.
 */
export function scanSummary(
  { suffix, scan }: Pick<Config, "suffix" | "scan">,
  images: readonly string[],
  since: Date,
): string[] {
  if (!scan) return [];
  const outcomes = images.flatMap((image) => outcomeOf(suffix, image, since));
  if (!outcomes.some(({ isNew }) => isNew)) return [];
  const unused = scan.accepted.filter((accepted) => {
    // Of the others, the last scan may have been on another machine.
    const concerned = images.filter((image) => isAbout(accepted, image));
    const known = outcomes.filter(({ image }) => concerned.includes(image));
    const isKnown = known.length === concerned.length && known.some(({ isNew }) => isNew);
    return isKnown && !known.some(({ used }) => used.includes(described(accepted)));
  });
  return [
    ...outcomes.filter(({ isNew }) => isNew).map(({ words }) => words),
    ...unused.map((each) => `${described(each)} is in no image: remove it from ${ACCEPTED_FILE}.`),
  ];
}

function outcomeOf(suffix: string, image: string, since: Date): Outcome[] {
  const outcome = record(readOutcome(scanFolder(suffix, image)));
  const { scannedAt, words, used } = outcome;
  if (typeof scannedAt !== "string" || typeof words !== "string") return [];
  return [{ image, words, isNew: new Date(scannedAt) >= since, used: list(used) }];
}
