import path from "node:path";

/** Code, and the tests that should notice each fault in it: those that stand where the code stands. */
export interface Part {
  readonly code: string;
  /** Globs below `__tests__/unit`, without `.test.ts`. */
  readonly tests: readonly string[];
  /** Whether the tests read the same synthesis. */
  readonly shared: boolean;
}

const stack = (code: string, ...tests: readonly string[]): Part => ({
  code,
  tests: [...tests, "policy/promises", "main"],
  shared: true,
});

const operation = (folder: string, ...commands: readonly string[]): Part => ({
  code: `operations/${folder}`,
  tests: [`operations/${folder}/**/*`, ...commands.map((command) => `commands/${command}`)],
  shared: false,
});

/** A fault in a folder is tried against the folder's tests alone: against all of them a run takes a day. */
export const parts: readonly Part[] = [
  { code: "spec", tests: ["spec/**/*", "project"], shared: false },
  stack("stacks/options", "stacks/**/*"),
  stack("stacks/images", "stacks/**/*"),
  stack("stacks/platform", "stacks/platform/**/*", "stacks/*"),
  stack("stacks/*.ts", "stacks/*"),
  operation("approval", "deploy", "plan"),
  operation("checks", "doctor"),
  operation("deployment", "deploy", "destroy"),
  operation("diagnosis", "diagnose"),
  operation("environments", "envs", "destroy-expired"),
  operation("failures"),
  operation("github", "github"),
  operation("identity", "token"),
  operation("images"),
  operation("plan", "plan"),
  operation("restoration", "restore"),
  operation("target"),
  operation("terminal"),
  operation("terraform"),
];

/** Whether a file or folder is the code of a part, or in it. */
export const isIn = (file: string, code: string) =>
  code.endsWith("*.ts")
    ? file.endsWith(".ts") && path.dirname(file) === path.dirname(code)
    : file === code || file.startsWith(`${code}/`);
