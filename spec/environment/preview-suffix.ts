import { createHash } from "node:crypto";

/** What the suffix of every preview begins with, and that of nothing else. */
export const PREVIEW_PREFIX = "pr-";

/** The entry of environments.ts that all previews have, and their environment on GitHub. */
export const PREVIEW = "preview";

/** A suffix takes 12 characters. */
const ROOM = 12 - PREVIEW_PREFIX.length;

/** What a preview's suffix may be, for messages. */
export const PREVIEW_RULE = `${PREVIEW_PREFIX} and words of lower-case letters and digits, the last beginning with a digit, such as pr-7 or pr-login-0, 12 characters in all`;

/** For a branch that ends with a letter's word: no hash is as short. */
const PLAIN = "-0";

/** Whether a suffix names an environment that may go without anybody being asked. */
export function isPreview(suffix: string): boolean {
  return suffix === PREVIEW || suffix.startsWith(PREVIEW_PREFIX);
}

/**
 * Whether a preview can have this suffix. Its last word begins with a digit, as no other environment's
 * suffix does: IAM knows dev's names by their end, and `platform-web-pr-dev` would be one of them.
 */
export function isPreviewSuffix(suffix: string): boolean {
  return suffix.length <= 12 && /^pr(-[a-z0-9]+)*-\d[a-z0-9]*$/.test(suffix);
}

/**
 * The suffix of a branch's preview, the same each time: `login` → `pr-login-0`, `7` → `pr-7`. Of a
 * branch that does not fit as it is, the last segment's beginning and a hash of the whole: two branches
 * that begin alike, or differ only in what was replaced, do not share a preview.
 */
export function previewSuffix(branch: string): string {
  if (/^\d+$/.test(branch) && branch.length <= ROOM) return PREVIEW_PREFIX + branch;
  const fits = branch.length <= ROOM - PLAIN.length && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(branch);
  if (fits) return PREVIEW_PREFIX + branch + PLAIN;
  const ending = `-${hashOf(branch)}`;
  const words = (branch.split("/").at(-1) ?? "").toLowerCase().replace(/[^a-z0-9]+/g, "-");
  const beginning = words
    .replace(/^-/, "")
    .slice(0, ROOM - ending.length)
    .replace(/-$/, "");
  return `${PREVIEW_PREFIX}${beginning || "x"}${ending}`;
}

/** One of 16 million. */
function hashOf(text: string): string {
  const number = createHash("sha256").update(text).digest().readUIntBE(0, 6);
  return `${number % 10}${Math.floor(number / 10)
    .toString(36)
    .padStart(4, "0")
    .slice(-4)}`;
}
