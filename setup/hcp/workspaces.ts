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
 * The stacks that run in HCP Terraform. A remote run gets only the stack's folder. That is enough for
 * `registry` and `platform`; `images` needs a Docker engine and the services' sources, so it runs where it
 * is started, as every stack does that deploys to the local AWS.
 *
 * @see https://developer.hashicorp.com/terraform/cloud-docs/workspaces/settings#execution-mode
 */
const REMOTE: readonly Stack[] = ["registry", "platform"];

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
    const { runRole } = hcp;
    const isRemote = (stack: Stack) => runRole !== undefined && REMOTE.includes(stack);
    // The keys of `STATE_READERS`.
    const stacks = Object.keys(STATE_READERS) as Stack[];
    for (const stack of stacks) {
      const parent = new Construct(this, stack);
      const workspace = new Workspace(parent, "workspace", {
        name: workspaceName(config, stack),
        description: DESCRIPTIONS[stack],
        ...(project && { projectId: project.id }),
      });
      scopes.set(stack, parent);
      workspaces.set(stack, workspace);
      if (runRole !== undefined && isRemote(stack)) giveCredentials(parent, workspace, runRole);
    }
    for (const [stack, workspace] of workspaces) {
      const readers = STATE_READERS[stack].flatMap((reader) => workspaces.get(reader) ?? []);
      new WorkspaceSettings(scopes.get(stack) ?? this, "settings", {
        workspaceId: workspace.id,
        executionMode: isRemote(stack) ? "remote" : "local",
        globalRemoteState: false,
        remoteStateConsumerIds: readers.map(({ id: reader }) => reader),
      });
    }
    if (runRole === undefined) return;
    new TerraformOutput(this, "trust-policy", {
      description: `What ${runRole} must trust`,
      value: JSON.stringify(trustPolicy(config, hcp, runRole), undefined, 2),
    });
  }
}

/**
 * Lets each run obtain its own AWS credentials by OpenID Connect; no keys are stored.
 *
 * @see https://developer.hashicorp.com/terraform/cloud-docs/workspaces/dynamic-provider-credentials/aws-configuration
 */
function giveCredentials(scope: Construct, { id }: Workspace, runRole: string): void {
  const variables = { TFC_AWS_PROVIDER_AUTH: "true", TFC_AWS_RUN_ROLE_ARN: runRole };
  for (const [key, value] of Object.entries(variables)) {
    new Variable(scope, key, { key, value, category: "env", workspaceId: id });
  }
}
