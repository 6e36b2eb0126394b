import { describe, expect, test } from "vitest";
import { useChanges } from "../../../../operations/images/use-changes";

/** The changes as words: `+running b`, in the order in which they are made. */
function changes(running: string, previous: string, inUse: string): string[] {
  const marked = { running: new Set(running), previous: new Set(previous) };
  const { added, removed } = useChanges(marked, new Set(inUse));
  return [
    ...added.map(({ use, digest }) => `+${use} ${digest}`),
    ...removed.map(({ use, digest }) => `-${use} ${digest}`),
  ];
}

describe("the marks of a repository", () => {
  test("begin with what runs", () => {
    expect(changes("", "", "a")).toEqual(["+running a"]);
  });

  test("stay while the same images run", () => {
    expect(changes("a", "z", "a")).toEqual([]);
    expect(changes("ab", "z", "ba")).toEqual([]);
  });

  test("keep what stopped running as the previous image, instead of the one before", () => {
    expect(changes("a", "z", "b")).toEqual([
      "+running b",
      "+previous a",
      "-running a",
      "-previous z",
    ]);
  });

  test("keep all that may still run while a rollout is under way", () => {
    expect(changes("a", "z", "ab")).toEqual(["+running b"]);
  });

  test("follow a rollback, whose image has run before", () => {
    expect(changes("b", "a", "a")).toEqual([
      "+running a",
      "+previous b",
      "-running b",
      "-previous a",
    ]);
  });

  test("stay with the last image of a service that is gone", () => {
    expect(changes("a", "z", "")).toEqual(["+previous a", "-running a", "-previous z"]);
    expect(changes("", "a", "")).toEqual([]);
  });

  test.each([
    // The marks that an interruption leaves after each step of the change from a to b.
    ["a", "z"],
    ["ab", "z"],
    ["ab", "za"],
    ["b", "za"],
  ])("of an interrupted change, running %s and previous %s, lose nothing", (running, previous) => {
    const marked = { running: new Set(running), previous: new Set(previous) };
    const { added, removed } = useChanges(marked, new Set("b"));
    const kept = running + previous + added.map(({ digest }) => digest).join("");
    expect(kept).toMatch(/a.*b|b.*a/);
    const marks = ({ use, digest }: { use: string; digest: string }) => `${use} ${digest}`;
    const gone = removed.map(marks);
    expect(gone).not.toContain("running b");
    expect(gone).not.toContain("previous a");
  });
});
