import type { App } from "cdktf";
import { synthesizeApp } from "../../stacks/options/app";
import { REFUSED, makeOutputFolder, readConfig } from "../../project";
import { type HcpSettings, hcpSettings } from "./settings";
import type { Config } from "../../spec/config";
import { ProjectStack } from "./project";
import { WorkspacesStack } from "./workspaces";

/**
 * `npx platform hcp`: the one-time setup of an environment in HCP Terraform before its first deployment:
 * the project, if the settings name one, and the three workspaces.
 */
export function build(app: App, config: Config, hcp: HcpSettings): void {
  const project = hcp.project === undefined ? undefined : new ProjectStack(app, "project", hcp);
  new WorkspacesStack(app, "workspaces", { config, hcp, project: project?.project });
}

function main(): void {
  const { config, problems } = readConfig();
  const hcp = hcpSettings(config);
  if (problems.length > 0 || Array.isArray(hcp)) {
    const all = [...problems, ...(Array.isArray(hcp) && problems.length === 0 ? hcp : [])];
    console.error(["Nothing was synthesized:", ...all].join("\n  - "));
    process.exit(REFUSED);
  }
  makeOutputFolder();
  synthesizeApp((app) => {
    build(app, config, hcp);
  });
}

if (require.main === module) main();
