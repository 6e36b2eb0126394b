import { expect, test } from "vitest";
import { instructionsOf } from "../../../../stacks/images/dockerfile";
import { finalStage, stagesOf } from "../../../../stacks/images/stages";

/** `RUN one; USER two`, with one space for several. */
const read = (dockerfile: string) =>
  instructionsOf(dockerfile)
    .map(({ name, rest }) => `${name} ${rest.replaceAll(/\s+/g, " ")}`)
    .join("; ");

// Each as BuildKit 0.25.0 reads it.
test.each<[string, string, string]>([
  ["comments", "# FROM a\n  # FROM b\nFROM c\n", "FROM c"],
  ["a number sign within a line", "RUN a # b\nUSER c#d", "RUN a # b; USER c#d"],
  ["small letters and indentation", "  from a\n\tuser  b ", "FROM a; USER b"],
  ["a byte order mark", "\ufeffFROM a\nUSER b", "FROM a; USER b"],
  [
    "the line ends of Windows",
    "FROM a\r\nRUN b \\\r\n  c\r\nUSER d\r\n",
    "FROM a; RUN b c; USER d",
  ],
  ["a continued line", "FROM a\nRUN b \\ \t\n  USER c\nUSER d", "FROM a; RUN b USER c; USER d"],
  ["a word that is continued", "USER ap\\\np", "USER app"],
  ["a last line that would be continued", "FROM a\nUSER b \\\n", "FROM a; USER b"],
  [
    "comments and empty lines in a continued one",
    "RUN a \\\n# b\n\n  USER c\nUSER d",
    "RUN a USER c; USER d",
  ],
  ["a doubled backslash, which continues nothing", "RUN a \\\\\nUSER b", "RUN a \\\\; USER b"],
  ["a line of nothing else than a backslash", "RUN a \\\n\\\nb\nUSER c", "RUN a b; USER c"],
])("a Dockerfile is read as the builder reads it, with %s", (_, dockerfile, expected) => {
  expect(read(dockerfile)).toBe(expected);
});

test.each<[string, string, boolean]>([
  ["at the top", "# escape=`\n", true],
  ["in other letters and without spaces", "#ESCAPE=`\n", true],
  ["with spaces", " #  escape = ` \n", true],
  ["below the other directives", "# syntax=a\r\n# check = b\n# escape=`\n", true],
  ["behind a byte order mark", "\ufeff# escape=`\n", true],
  ["below another comment", "# hello\n# escape=`\n", false],
  ["below what is no directive", "# a=b\n# escape=`\n", false],
  ["below an empty line", "\n# escape=`\n", false],
  ["below an instruction", "FROM a\n# escape=`\n", false],
  ["within a comment", "# not escape=`\n", false],
])("another escape character, %s, counts as the builder has it", (_, head, counts) => {
  const expected = counts ? "RUN dir C:\\; USER a b" : "RUN dir C:USER a `";
  const instructions = read(`${head}RUN dir C:\\\nUSER a \`\n b`);
  expect(instructions.replace(/^FROM a; /, "")).toBe(expected);
});

test.each<[string, string, string]>([
  ["a heredoc", "RUN <<EOF\nUSER a\nEOF\nUSER b", "RUN <<EOF; USER b"],
  ["an empty one", "RUN <<EOF\nEOF\nUSER b", "RUN <<EOF; USER b"],
  ["one behind a command", "RUN cat <<EOF | sh\nUSER a\nEOF\nUSER b", "RUN cat <<EOF | sh; USER b"],
  ["one of another stream", "RUN 3<<EOF\nUSER a\nEOF\nUSER b", "RUN 3<<EOF; USER b"],
  ["one with tabs", "RUN <<-EOF\n\tUSER a\n\t\tEOF\nUSER b", "RUN <<-EOF; USER b"],
  ["tabs in the middle of its end", "RUN <<-EOF\nE\tOF\nEOF\nUSER b", "RUN <<-EOF; USER b"],
  ["tabs that its end may not have", "RUN <<EOF\n\tEOF\nUSER a\nEOF\nUSER b", "RUN <<EOF; USER b"],
  ["spaces before its word", "RUN <<  EOF\nUSER a\nEOF\nUSER b", "RUN << EOF; USER b"],
  ["a word in quotes", "RUN <<'EOF'\nUSER a\nEOF\nUSER b", "RUN <<'EOF'; USER b"],
  ["two words in quotes", 'RUN <<"E F"\nUSER a\nE F\nUSER b', 'RUN <<"E F"; USER b'],
  ["a word half in quotes", 'RUN <<E\\O"F"\nUSER a\nEOF\nUSER b', 'RUN <<E\\O"F"; USER b'],
  [
    "two heredocs",
    "COPY <<one <<'two' /a/\nFROM x\none\nFROM y\ntwo\nUSER b",
    "COPY <<one <<'two' /a/; USER b",
  ],
  ["one of ADD", "ADD <<EOF /a\nUSER a\nEOF\nUSER b", "ADD <<EOF /a; USER b"],
  [
    "one of what a child runs",
    "ONBUILD  RUN <<EOF\nUSER a\nEOF\nUSER b",
    "ONBUILD RUN <<EOF; USER b",
  ],
  [
    "none of another instruction",
    "LABEL RUN <<EOF\nUSER a\nEOF x",
    "LABEL RUN <<EOF; USER a; EOF x",
  ],
  ["none after a dash and a space", "RUN <<- EOF\nUSER a\nEOF x", "RUN <<- EOF; USER a; EOF x"],
  ["none within a word", "RUN a<<EOF\nUSER a\nEOF x", "RUN a<<EOF; USER a; EOF x"],
  [
    "none within quotes",
    "RUN echo 'a <<EOF b'\nUSER a\nEOF x",
    "RUN echo 'a <<EOF b'; USER a; EOF x",
  ],
  ["none behind an open quote", "RUN it's <<EOF\nUSER a\nEOF x", "RUN it's <<EOF; USER a; EOF x"],
  ["none of a number", 'RUN echo "$((1 <<2))"\nUSER a', 'RUN echo "$((1 <<2))"; USER a'],
  ["none without an end", "RUN x=$((1 << 2))\nUSER a", "RUN x=$((1 << 2)); USER a"],
])("the text of heredocs is left out: %s", (_, dockerfile, expected) => {
  expect(read(dockerfile)).toBe(expected);
});

test("a stage is found by its name in any letters, the last of several", () => {
  const stages = stagesOf("FROM a AS Build\nFROM b as build\nFROM c");
  expect(finalStage(stages, "BUILD")?.base).toBe("b");
  expect(finalStage(stages)?.base).toBe("c");
  expect(finalStage(stages, "test")).toBeUndefined();
});
