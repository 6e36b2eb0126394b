/** Code, and the tests that should notice each fault in it: those that stand where the code stands. */
export interface Part {
  readonly code: string;
  /** Globs below `__tests__/unit`, without `.test.ts`. */
  readonly tests: readonly string[];
  /** Off where tests share a synthesis: only the first of them would count as one that reaches a fault. */
  readonly coverageAnalysis: "perTest" | "off";
}

const stack = (code: string, ...tests: readonly string[]): Part => ({
  code,
  tests: [...tests, "policy/**/*", "main"],
  coverageAnalysis: "off",
});

const operation = (folder: string, ...commands: readonly string[]): Part => ({
  code: `operations/${folder}`,
  tests: [`operations/${folder}/**/*`, ...commands.map((command) => `commands/${command}`)],
  coverageAnalysis: "perTest",
});

/** A fault in a folder is tried against the folder's tests alone: against all of them a run takes a day. */
export const parts: readonly Part[] = [
  { code: "spec", tests: ["spec/**/*", "project"], coverageAnalysis: "perTest" },
  stack("stacks/options", "stacks/**/*"),
  stack("stacks/images", "stacks/images/**/*", "stacks/*"),
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
