/** Code, and the tests that should notice each fault in it: those that stand where the code stands. */
export interface Part {
  readonly code: string;
  /** Globs below `__tests__/unit`, without `.test.ts`. */
  readonly tests: readonly string[];
}

const STACKS = ["stacks/**/*", "policy/**/*", "main"];

const operation = (folder: string, ...commands: readonly string[]): Part => ({
  code: `operations/${folder}`,
  tests: [`operations/${folder}/**/*`, ...commands.map((command) => `commands/${command}`)],
});

/** A fault in a folder is tried against the folder's tests alone: against all of them a run takes a day. */
export const parts: readonly Part[] = [
  { code: "spec", tests: ["spec/**/*", "project"] },
  { code: "stacks/options", tests: STACKS },
  { code: "stacks/images", tests: ["stacks/images/**/*"] },
  { code: "stacks/platform", tests: ["stacks/platform/**/*"] },
  { code: "stacks/*.ts", tests: STACKS },
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
