import { expect, test } from "vitest";
import { instructionsOf } from "../../../../stacks/images/dockerfile";
import { finalStage, stagesOf } from "../../../../stacks/images/stages";

const names = (dockerfile: string) => instructionsOf(dockerfile).map(({ name }) => name);

test.each<[string, string, string[]]>([
  ["comments", "# FROM a\n  # FROM b\nFROM c\n", ["FROM"]],
  ["small letters and indentation", "  from a\n\tuser b", ["FROM", "USER"]],
  ["a continued line", "FROM a\nRUN b \\\n  USER c\nUSER d", ["FROM", "RUN", "USER"]],
  [
    "comments and empty lines in a continued one",
    "RUN a \\\n# b\n\n  USER c\nUSER d",
    ["RUN", "USER"],
  ],
  ["a doubled backslash, which continues nothing", "RUN a \\\\\nUSER b", ["RUN", "USER"]],
  ["another escape character", "# escape=`\nRUN dir C:\\\nUSER a `\n b", ["RUN", "USER"]],
  ["a heredoc", "RUN <<EOF\nUSER a\nEOF\nUSER b", ["RUN", "USER"]],
  ["a heredoc with tabs", "RUN <<-EOF\n\tUSER a\n\tEOF\nUSER b", ["RUN", "USER"]],
  ["two heredocs", "COPY <<one <<'two' /a/\nFROM x\none\nFROM y\ntwo\nUSER b", ["COPY", "USER"]],
  ["what only looks like a heredoc", 'RUN echo "$((1 <<2))"\nUSER a', ["RUN", "USER"]],
  ["a heredoc of another instruction", "LABEL a=<<EOF\nUSER b", ["LABEL", "USER"]],
])("a Dockerfile is read as the builder reads it, with %s", (_, dockerfile, expected) => {
  expect(names(dockerfile)).toEqual(expected);
});

test("a stage is found by its name in any letters, the last of several", () => {
  const stages = stagesOf("FROM a AS Build\nFROM b as build\nFROM c");
  expect(finalStage(stages, "BUILD")?.base).toBe("b");
  expect(finalStage(stages)?.base).toBe("c");
  expect(finalStage(stages, "test")).toBeUndefined();
});
