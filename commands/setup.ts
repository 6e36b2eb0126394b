import type { Command } from "commander";
import { type SetupOptions, deploySetup, withSetupOptions } from "./cdktf";

export function setup(command: Command): void {
  withSetupOptions(command)
    .description(
      "Sets up an AWS account once, before pipelines deploy to it: the state bucket, GitHub's identity " +
        "provider and the pipeline roles. Its own state is a file in .platform/setup: keep it.",
    )
    .action((options: SetupOptions) => deploySetup("aws", options));
}
