import fc from "fast-check";
import { execa } from "execa";
import { expect, test } from "vitest";
import { commandLine } from "../../../../operations/exec/command-line";

test.each<[readonly string[], string]>([
  [["/bin/sh"], "/bin/sh"],
  [["ls", "-l", "/tmp"], "ls -l /tmp"],
  [["sh", "-c", "echo $HOME | wc"], "sh -c 'echo $HOME | wc'"],
  [["echo", "it's"], String.raw`echo 'it'\''s'`],
  [["echo", ""], "echo ''"],
  // It would begin a comment.
  [["echo", "#1"], "echo '#1'"],
])("%j is the command %s", (words, text) => {
  expect(commandLine(words)).toBe(text);
});

test("a shell reads the words from it as they were", async () => {
  const word = fc.string({ unit: "grapheme-ascii" }).filter((text) => !text.includes("\0"));
  await fc.assert(
    fc.asyncProperty(fc.array(word, { minLength: 1, maxLength: 4 }), async (words) => {
      const script = `printf '%s\\0' ${commandLine(words)}`;
      const { stdout } = await execa("sh", ["-c", script], { stripFinalNewline: false });
      expect(stdout.split("\0").slice(0, -1)).toEqual(words);
    }),
    { numRuns: 30 },
  );
});
