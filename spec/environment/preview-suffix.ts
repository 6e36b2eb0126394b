import { createHash } from "node:crypto";

/** The prefix of every preview's suffix, and of no other suffix. */
export const PREVIEW_PREFIX = "pr-";

/** The entry of environments.ts that all previews share, and their environment on GitHub. */
export const PREVIEW = "preview";

/** A suffix has at most 12 characters. */
const ROOM = 12 - PREVIEW_PREFIX.length;

/** The rule for a preview's suffix, for messages. */
export const PREVIEW_RULE = `${PREVIEW_PREFIX} followed by hyphen-separated words of lower-case letters and digits, the last starting with a digit, at most 12 characters in all, such as pr-7 or pr-login-0`;

/** Ends the suffix of a branch that needs no hash; every hash is longer. */
const PLAIN = "-0";

/** Whether a suffix names an environment that may be destroyed without confirmation. */
export function isPreview(suffix: string): boolean {
  return suffix === PREVIEW || suffix.startsWith(PREVIEW_PREFIX);
}

/**
 * Whether a preview can have this suffix. Its last word starts with a digit, unlike any other
 * environment's suffix: IAM matches dev's names by their end, which would include `platform-web-pr-dev`.
 */
export function isPreviewSuffix(suffix: string): boolean {
  return suffix.length <= 12 && /^pr(-[a-z0-9]+)*-\d[a-z0-9]*$/.test(suffix);
}

/**
 * The suffix of a branch's preview, always the same: `login` → `pr-login-0`, `7` → `pr-7`. A branch
 * that does not fit becomes the start of its last segment and a hash of the whole name, so branches that
 * start alike, or differ only in replaced characters, do not share a preview.
 */
export function previewSuffix(branch: string): string {
  if (/^\d+$/.test(branch) && branch.length <= ROOM) return PREVIEW_PREFIX + branch;
  const fits = branch.length <= ROOM - PLAIN.length && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(branch);
  if (fits) return PREVIEW_PREFIX + branch + PLAIN;
  const ending = `-${hashOf(branch)}`;
  const segment = branch.slice(branch.lastIndexOf("/") + 1);
  const words = segment.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  const beginning = words
    .replace(/^-/, "")
    .slice(0, ROOM - ending.length)
    .replace(/-$/, "");
  return `${PREVIEW_PREFIX}${beginning || "x"}${ending}`;
}

/** One of about 16 million values. */
function hashOf(text: string): string {
  const number = createHash("sha256").update(text).digest().readUIntBE(0, 6);
  return `${number % 10}${Math.floor(number / 10)
    .toString(36)
    .padStart(4, "0")
    .slice(-4)}`;
}
