import type { Command } from "commander";
import { type SetupOptions, deploySetup, withSetupOptions } from "./cdktf";
import { variablesOf, withEnvironment } from "./environment";

export function hcp(command: Command): void {
  withSetupOptions(withEnvironment(command))
    .description(
      "Makes in HCP Terraform what an environment needs there, once, before its first deployment: the " +
        "project, the three workspaces and who reads whose state. Needs PLATFORM_BACKEND=cloud.",
    )
    .action((environment: string | undefined, options: SetupOptions) =>
      deploySetup("hcp", options, {
        ...variablesOf(environment),
        // Another environment has another state; `cdktf` would offer to copy the old one into it.
        TF_CLI_ARGS_init: "-reconfigure",
      }),
    );
}
