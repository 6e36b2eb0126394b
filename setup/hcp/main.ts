import { App } from "cdktf";
import { REFUSED, makeOutputFolder, readConfig } from "../../project";
import type { CloudState } from "../../spec/variables/backend-settings";
import type { Config } from "../../spec/config";
import { ProjectStack } from "./project";
import { WorkspacesStack } from "./workspaces";

/** HCP Terraform as the settings name it, with the role that its runs take in AWS. */
export type HcpSettings = CloudState & { readonly runRole: string };

/**
 * `npm run hcp`: makes in HCP Terraform what an environment needs there, once, before its first
 * deployment: the project if the settings name one, and the three workspaces.
 */
export function build(app: App, config: Config, hcp: HcpSettings): void {
  const project = hcp.project === undefined ? undefined : new ProjectStack(app, "project", hcp);
  new WorkspacesStack(app, "workspaces", { config, hcp, project: project?.project });
}

/** The settings of HCP Terraform, or what is missing of them. */
export function hcpSettings({ backend }: Config): HcpSettings | string[] {
  if (backend.kind !== "cloud") {
    return [
      `PLATFORM_BACKEND is ${backend.kind}; to set up HCP Terraform it must be cloud, with PLATFORM_HCP_ORGANIZATION`,
    ];
  }
  const { runRole } = backend;
  if (runRole === undefined) {
    return [
      "PLATFORM_HCP_RUN_ROLE is not set; it must be the ARN of the role that runs in HCP Terraform take in AWS",
    ];
  }
  return { ...backend, runRole };
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
  const app = new App();
  build(app, config, hcp);
  app.synth();
}

if (require.main === module) main();
