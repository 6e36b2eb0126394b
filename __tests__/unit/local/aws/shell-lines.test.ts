import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readLocalSettings } from "../../../../local/aws/settings";
import { enteringLines, leavingLines } from "../../../../local/aws/shell-lines";

const SHELLS = ["/bin/sh", "/bin/bash", "/usr/bin/zsh", "/bin/ksh"].filter((shell) =>
  existsSync(shell),
);

const AWKWARD = `it's "quoted", \`$(date)\` \${HOME} \\ and
has a second line `;

/** What a shell sets by itself. */
const OF_SHELL = ["_", "PWD", "OLDPWD", "SHLVL", "HOME", "LOGNAME", "PATH", "SHELL", "USER"];

/** The environment that programs get from a shell after these lines, and what it said. */
function outcome(shell: string, env: Record<string, string>, ...lines: string[]) {
  const print = `${process.execPath} -e 'console.log(JSON.stringify(process.env))'`;
  const { stdout, stderr } = spawnSync(shell, ["-euc", [...lines, print].join("\n")], {
    env,
    encoding: "utf8",
    // At a pipe, bash takes itself for a remote shell and reads its start-up file.
    stdio: ["ignore", "pipe", "pipe"],
  });
  const found = Object.entries(JSON.parse(stdout) as Record<string, string>);
  const exported = Object.fromEntries(found.filter(([name]) => !OF_SHELL.includes(name)));
  return { exported, said: stderr };
}

function after(...args: Parameters<typeof outcome>) {
  return outcome(...args).exported;
}

test("no value of the user's is in the printed lines", () => {
  const mine = {
    AWS_ACCESS_KEY_ID: "AKIAMINE",
    AWS_SECRET_ACCESS_KEY: "my-secret-key",
    AWS_SESSION_TOKEN: "my-session-token",
    AWS_PROFILE: "my-profile",
    AWS_CONFIG_FILE: "/my/config",
    TF_CLI_ARGS_apply: "-var=password=mine",
  };
  const { environment } = readLocalSettings(mine);
  const printed = enteringLines(environment, Object.keys(mine)) + leavingLines();
  for (const [name, value] of Object.entries(mine)) {
    expect(printed).toContain(name);
    expect(printed).not.toContain(value);
  }
});

describe.each(SHELLS)("in %s", (shell) => {
  const before = { AWS_PROFILE: AWKWARD, AWS_REGION: "eu-west-1", AWS_ROLE_ARN: "", OTHER: "kept" };
  const variables = {
    AWS_PROFILE: undefined,
    AWS_ROLE_ARN: undefined,
    AWS_REGION: "us-east-1",
    AWS_CONFIG_FILE: "/dev/null",
    AWS_ENDPOINT_URL: "http://127.0.0.1:4566",
    NO_PROXY: AWKWARD,
  };
  const inside = {
    AWS_REGION: "us-east-1",
    AWS_CONFIG_FILE: "/dev/null",
    AWS_ENDPOINT_URL: "http://127.0.0.1:4566",
    NO_PROXY: AWKWARD,
  };
  const entering = enteringLines(variables, Object.keys(before));

  test("the printed lines set and unset what programs get, and export nothing that they saved", () => {
    expect(after(shell, before, entering)).toEqual({ ...inside, OTHER: "kept" });
  });

  test("leaving restores everything, however it is quoted", () => {
    expect(after(shell, before, entering, leavingLines())).toEqual(before);
  });

  test("leaving restores the first values after two entries, and nothing twice", () => {
    const again = enteringLines(variables, Object.keys(inside));
    expect(after(shell, before, entering, again, leavingLines(), leavingLines())).toEqual(before);
  });

  test("values that the shell sets between two visits are saved anew", () => {
    const between = ["AWS_REGION=eu-north-1", "unset AWS_ROLE_ARN"];
    const visit = [entering, leavingLines()];
    const { AWS_ROLE_ARN, ...others } = after(shell, before, ...visit, ...between, ...visit);
    expect(AWS_ROLE_ARN).toBeUndefined();
    expect(others).toEqual({
      AWS_PROFILE: AWKWARD,
      AWS_REGION: "eu-north-1",
      OTHER: "kept",
    });
  });

  test("a variable that was not exported comes back, and programs still do not get it", () => {
    const lines = ["NO_PROXY='only here'", entering, leavingLines(), 'export COPY="$NO_PROXY"'];
    expect(after(shell, before, ...lines)).toEqual({ ...before, COPY: "only here" });
  });

  test("leaving a shell that never entered says so", () => {
    const { exported, said } = outcome(shell, before, leavingLines());
    expect(exported).toEqual(before);
    expect(said).toBe("This shell does not point to the local AWS.\n");
  });

  test("a shell that inherited the variables cannot restore what it never had, and says so", () => {
    const again = enteringLines({ ...variables, AWS_REGION: "eu-west-1" }, Object.keys(inside));
    for (const lines of [[leavingLines()], [again, leavingLines()]]) {
      expect(outcome(shell, inside, ...lines)).toEqual({
        exported: lines.length === 1 ? inside : { ...inside, AWS_REGION: "eu-west-1" },
        said: `This shell inherited the variables of the local AWS, and not what they replaced.
→ Leave it with exit, or open a new one.
`,
      });
    }
  });
});
