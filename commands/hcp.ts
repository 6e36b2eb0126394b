import type { Command } from "commander";
import { hcpVariables } from "../operations/checks/hcp-token";
import { environment, readConfig } from "../project";
import { type SetupOptions, deploySetup, withSetupOptions } from "./cdktf";
import { variablesOf, withEnvironment } from "./environment-argument";

export function hcp(command: Command): void {
  withSetupOptions(withEnvironment(command))
    .description(
      "Creates what an environment needs in HCP Terraform, once, before its first deployment: the " +
        "project, the three workspaces and the sharing of states. Needs PLATFORM_BACKEND=cloud.",
    )
    .action(setUp);
}

async function setUp(named: string | undefined, options: SetupOptions): Promise<void> {
  const variables = variablesOf(named);
  const { backend } = readConfig({ ...environment, ...variables }).config;
  await deploySetup("hcp", options, {
    ...variables,
    // With another backend, the setup itself says what is wrong.
    ...(backend.kind === "cloud" && (await hcpVariables(backend.hostname))),
    // Each environment has its own state; `cdktf` would offer to copy the old one into it.
    TF_CLI_ARGS_init: "-reconfigure",
  });
}
