import { createHash } from "node:crypto";

/** What the suffix of every preview begins with, and that of nothing else. */
export const PREVIEW_PREFIX = "pr-";

/** The entry of environments.ts that all previews have, and their environment on GitHub. */
export const PREVIEW = "preview";

/** A suffix takes 12 characters. */
const ROOM = 12 - PREVIEW_PREFIX.length;

/** `-` and a digit, then four of 36: a branch that ends like that takes a hash as well. */
const HASH = /-\d[a-z0-9]{4}$/;

/** Whether a suffix names an environment that may go without anybody being asked. */
export function isPreview(suffix: string): boolean {
  return suffix === PREVIEW || suffix.startsWith(PREVIEW_PREFIX);
}

/**
 * The suffix of a branch's preview, the same each time: `login` → `pr-login`. Of a branch that does
 * not fit as it is, the last segment's beginning and a hash of the whole: two branches that begin
 * alike, or differ only in what was replaced, do not share a preview.
 */
export function previewSuffix(branch: string): string {
  const fits = branch.length <= ROOM && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(branch);
  if (fits && !HASH.test(branch)) return PREVIEW_PREFIX + branch;
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
