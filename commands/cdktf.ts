import type { Command } from "commander";
import { execa } from "execa";
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

/** Deploys the stacks of `setup/aws` or `setup/hcp` in this terminal: Terraform asks before it applies. */
export async function deploySetup(
  place: "aws" | "hcp",
  { autoApprove, skipProviderLock }: SetupOptions,
  variables: Readonly<Record<string, string>> = {},
): Promise<void> {
  const app = `node --require tsx/cjs setup/${place}/main.ts`;
  const { exitCode = 1 } = await execa(
    "npx",
    [
      "cdktf",
      "deploy",
      "*",
      "--app",
      app,
      "--output",
      `.platform/setup/${place}.out`,
      ...(autoApprove ? ["--auto-approve"] : []),
      ...(skipProviderLock ? ["--skip-provider-lock"] : []),
    ],
    {
      cwd: PROJECT_FOLDER,
      env: { ...withoutRedirects(environment), ...variables },
      stdio: "inherit",
      reject: false,
    },
  );
  process.exitCode = exitCode;
}
