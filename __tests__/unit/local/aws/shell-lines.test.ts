import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { enteringLines, leavingLines } from "../../../../local/aws/shell-lines";

const SHELLS = ["/bin/sh", "/bin/bash", "/usr/bin/zsh"].filter((shell) => existsSync(shell));

const AWKWARD = `it's "quoted", \`$(date)\` \${HOME} \\ and
has a second line `;

/** What a shell sets by itself. */
const OF_SHELL = ["_", "PWD", "OLDPWD", "SHLVL"];

/** The environment that programs get from a shell after these lines. */
function after(shell: string, env: Record<string, string>, ...lines: string[]) {
  const print = `${process.execPath} -e 'console.log(JSON.stringify(process.env))'`;
  const output = execFileSync(shell, ["-ec", [...lines, print].join("\n")], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const found = Object.entries(JSON.parse(String(output)) as Record<string, string>);
  return Object.fromEntries(found.filter(([name]) => !OF_SHELL.includes(name)));
}

describe.each(SHELLS)("in %s", (shell) => {
  const before = { AWS_PROFILE: AWKWARD, AWS_REGION: "eu-west-1", AWS_ROLE_ARN: "", OTHER: "kept" };
  const variables = {
    AWS_PROFILE: undefined,
    AWS_ROLE_ARN: undefined,
    AWS_REGION: "us-east-1",
    AWS_ENDPOINT_URL: AWKWARD,
  };
  const entering = enteringLines(variables, before);

  test("the printed lines set and unset what programs get", () => {
    expect(after(shell, before, entering)).toEqual({
      AWS_REGION: "us-east-1",
      AWS_ENDPOINT_URL: AWKWARD,
      OTHER: "kept",
    });
  });

  test("leaving restores everything, however it is quoted", () => {
    expect(after(shell, before, entering, leavingLines())).toEqual(before);
  });

  test("leaving restores the first values after two entries, and nothing twice", () => {
    const inside = { AWS_REGION: "us-east-1", AWS_ENDPOINT_URL: AWKWARD };
    const again = enteringLines(variables, inside);
    expect(after(shell, before, entering, again, leavingLines(), leavingLines())).toEqual(before);
  });
});
