import path from "node:path";
import type { Command } from "commander";
import { execa } from "execa";
import { keepingStates } from "../operations/terraform/cut-state";
import { PROJECT_FOLDER, environment } from "../project";
import { withoutRedirects } from "../spec/variables/terraform-variables";

/** Options passed on to `cdktf deploy`. */
export interface SetupOptions {
  readonly autoApprove?: boolean;
  readonly skipProviderLock?: boolean;
}

export function withSetupOptions(command: Command): Command {
  return command
    .option("--auto-approve", "do not ask before applying")
    .option("--skip-provider-lock", "do not lock providers; for those from a mirror");
}

/** Where the states of a setup are. */
const STATES = { aws: ".platform/setup", hcp: ".platform/state/hcp" } as const;

/** Deploys the stacks of `setup/aws` or `setup/hcp` in this terminal: Terraform asks before it applies. */
export async function deploySetup(
  place: "aws" | "hcp",
  { autoApprove, skipProviderLock }: SetupOptions,
  variables: Readonly<Record<string, string>> = {},
): Promise<void> {
  const deploy = [
    "cdktf",
    "deploy",
    "*",
    "--app",
    `node --require tsx/cjs setup/${place}/main.ts`,
    "--output",
    `.platform/setup/${place}.out`,
    ...(autoApprove ? ["--auto-approve"] : []),
    ...(skipProviderLock ? ["--skip-provider-lock"] : []),
  ];
  const states = path.join(PROJECT_FOLDER, STATES[place]);
  const { exitCode = 1 } = await keepingStates(states, console.error, () =>
    execa("npx", deploy, {
      cwd: PROJECT_FOLDER,
      env: { ...withoutRedirects(environment), ...variables },
      stdio: "inherit",
      reject: false,
    }),
  );
  process.exitCode = exitCode;
}
