import { readdirSync } from "node:fs";
import path from "node:path";

/** Code, and the tests that should notice each fault in it: those that stand where the code stands. */
export interface Part {
  readonly code: string;
  /** Globs below `__tests__/unit`, without `.test.ts`. */
  readonly tests: readonly string[];
  /** Whether the tests read the same synthesis. */
  readonly shared: boolean;
}

const folders = (code: string): readonly string[] =>
  readdirSync(code, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);

/** Which tests notice faults in a folder of `stacks`: `stacks/*` and the folder's own, unless they are here. */
const stackTests: Record<string, readonly string[]> = {
  images: [
    "stacks/images/**/*",
    "stacks/*",
    // The probes of what no load balancer reaches, and of what runs beside a container.
    ...["workers", "scheduled-job", "sidecars"].map((test) => `stacks/platform/${test}`),
  ],
  options: ["stacks/**/*"],
};

const stack = (code: string, tests: readonly string[]): Part => ({
  code,
  tests: [...tests, "policy/promises", "main"],
  shared: true,
});

/** The commands that a folder of `operations` is for, unless one is called like it. */
const commands: Record<string, readonly string[]> = {
  approval: ["deploy", "plan"],
  checks: ["doctor"],
  deployment: ["deploy", "destroy"],
  diagnosis: ["diagnose"],
  environments: ["envs", "destroy-expired"],
  identity: ["token"],
  restoration: ["restore"],
  rollouts: ["restart", "rollback"],
  secrets: ["secret"],
  tasks: ["run"],
};

const operation = (folder: string): Part => ({
  code: `operations/${folder}`,
  tests: [
    `operations/${folder}/**/*`,
    ...(commands[folder] ?? [folder]).map((command) => `commands/${command}`),
  ],
  shared: false,
});

/** A fault in a folder is tried against the folder's tests alone: against all of them a run takes a day. */
export const parts: readonly Part[] = [
  { code: "spec", tests: ["spec/**/*", "project"], shared: false },
  ...folders("stacks").map((folder) =>
    stack(`stacks/${folder}`, stackTests[folder] ?? [`stacks/${folder}/**/*`, "stacks/*"]),
  ),
  // What a stack puts together is tested where its parts are.
  stack("stacks/*.ts", ["stacks/**/*"]),
  ...folders("operations").map(operation),
];

/** Whether a file or folder is the code of a part, or in it. */
export const isIn = (file: string, code: string) =>
  code.endsWith("*.ts")
    ? file.endsWith(".ts") && path.dirname(file) === path.dirname(code)
    : file === code || file.startsWith(`${code}/`);
