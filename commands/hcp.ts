import type { Command } from "commander";
import { type SetupOptions, deploySetup, withSetupOptions } from "./cdktf";
import { variablesOf, withEnvironment } from "./environment-argument";

export function hcp(command: Command): void {
  withSetupOptions(withEnvironment(command))
    .description(
      "Creates what an environment needs in HCP Terraform, once, before its first deployment: the " +
        "project, the three workspaces and the sharing of states. Needs PLATFORM_BACKEND=cloud.",
    )
    .action((environment: string | undefined, options: SetupOptions) =>
      deploySetup("hcp", options, {
        ...variablesOf(environment),
        // Each environment has its own state; `cdktf` would offer to copy the old one into it.
        TF_CLI_ARGS_init: "-reconfigure",
      }),
    );
}
