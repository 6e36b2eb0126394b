import type { PathLike } from "node:fs";
import { beforeEach, expect, test, vi } from "vitest";
import { contextFolder } from "../../../../support/context-folder";

/** Whether folders are listed backwards. A file system may list them in any order. */
const listing = vi.hoisted(() => ({ reversed: false }));

vi.mock("node:fs", async (original) => {
  const fs = await original<typeof import("node:fs")>();
  const real = fs.readdirSync as (folder: PathLike, options: unknown) => { name: string }[];
  const listed = (folder: PathLike, options: unknown) => {
    const found = real(folder, options).sort((one, other) => (one.name < other.name ? -1 : 1));
    return listing.reversed ? found.reverse() : found;
  };
  // It has the parameters of the one overload that the walk uses.
  return { ...fs, readdirSync: listed as unknown as typeof fs.readdirSync };
});

const { readContext, sentFiles } =
  await import("../../../../../stacks/images/context/context-digest");

/** In UTF-16, the last two would be the other way round. */
const FILES = ["Dockerfile", "a/b", "a/c", "a.txt", "b", "~", "é", "\uff5e", "😀"];

const context = contextFolder(Object.fromEntries(FILES.map((file) => [file, file])));

beforeEach(() => {
  listing.reversed = false;
});

test("the digest is the same in whatever order a folder is listed", () => {
  const before = readContext(context.folder);
  listing.reversed = true;
  expect(readContext(context.folder)).toEqual(before);
});

test.each([false, true])("entries are in the order of their names' bytes: %s", (reversed) => {
  listing.reversed = reversed;
  expect(sentFiles(context.folder)).toEqual(FILES);
});
