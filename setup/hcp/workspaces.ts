import type { Project } from "@cdktf/provider-tfe/lib/project";
import { Variable } from "@cdktf/provider-tfe/lib/variable";
import { Workspace } from "@cdktf/provider-tfe/lib/workspace";
import { WorkspaceSettings } from "@cdktf/provider-tfe/lib/workspace-settings";
import { TerraformOutput, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { STATE_READERS, workspaceName } from "../../stacks/options/backend";
import type { Config } from "../../spec/config";
import { globalName } from "../../spec/names";
import type { HcpSettings } from "./settings";
import { useHcp } from "./provider";
import { trustPolicy } from "./run-role";

export interface WorkspacesStackProps {
  readonly config: Config;
  readonly hcp: HcpSettings;
  /** @default the organization's default project */
  readonly project: Project | undefined;
}

type Stack = keyof typeof STATE_READERS;

/**
 * Where Terraform runs. A remote run gets only the stack's folder. That is enough for `registry` and
 * `platform`; `images` needs a Docker engine and the services' sources, so it runs where it is started.
 *
 * @see https://developer.hashicorp.com/terraform/cloud-docs/workspaces/settings#execution-mode
 */
const EXECUTION_MODES: Readonly<Record<Stack, "remote" | "local">> = {
  registry: "remote",
  images: "local",
  platform: "remote",
};

const DESCRIPTIONS: Readonly<Record<Stack, string>> = {
  registry: "An ECR repository per service",
  images: "Builds, probes and pushes each image, where the deployment is started",
  platform: "Network, load balancer, database and services",
};

/** The three workspaces of an environment. One that manages resources is not deleted. */
export class WorkspacesStack extends TerraformStack {
  constructor(scope: Construct, id: string, { config, hcp, project }: WorkspacesStackProps) {
    super(scope, id);
    useHcp(this, hcp, `workspaces-${globalName(config)}`);
    const scopes = new Map<Stack, Construct>();
    const workspaces = new Map<Stack, Workspace>();
    // The keys of `EXECUTION_MODES`.
    const stacks = Object.keys(EXECUTION_MODES) as Stack[];
    for (const stack of stacks) {
      const parent = new Construct(this, stack);
      const workspace = new Workspace(parent, "workspace", {
        name: workspaceName(config, stack),
        description: DESCRIPTIONS[stack],
        ...(project && { projectId: project.id }),
      });
      scopes.set(stack, parent);
      workspaces.set(stack, workspace);
      if (EXECUTION_MODES[stack] === "remote") giveCredentials(parent, workspace, hcp);
    }
    for (const [stack, workspace] of workspaces) {
      const readers = STATE_READERS[stack].flatMap((reader) => workspaces.get(reader) ?? []);
      new WorkspaceSettings(scopes.get(stack) ?? this, "settings", {
        workspaceId: workspace.id,
        executionMode: EXECUTION_MODES[stack],
        globalRemoteState: false,
        remoteStateConsumerIds: readers.map(({ id: reader }) => reader),
      });
    }
    new TerraformOutput(this, "trust-policy", {
      description: `What ${hcp.runRole} must trust`,
      value: JSON.stringify(trustPolicy(config, hcp), undefined, 2),
    });
  }
}

/**
 * Lets each run obtain its own AWS credentials by OpenID Connect; no keys are stored.
 *
 * @see https://developer.hashicorp.com/terraform/cloud-docs/workspaces/dynamic-provider-credentials/aws-configuration
 */
function giveCredentials(scope: Construct, { id }: Workspace, { runRole }: HcpSettings): void {
  const variables = { TFC_AWS_PROVIDER_AUTH: "true", TFC_AWS_RUN_ROLE_ARN: runRole };
  for (const [key, value] of Object.entries(variables)) {
    new Variable(scope, key, { key, value, category: "env", workspaceId: id });
  }
}
