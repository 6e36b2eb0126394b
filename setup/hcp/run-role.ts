import type { Config } from "../../spec/config";
import { workspaceName } from "../../stacks/options/backend";
import type { CloudState } from "../../spec/variables/backend";

/** The audience of a run's token, unless a variable of the workspace overrides it. */
const AUDIENCE = "aws.workload.identity";

/**
 * The trust policy for the role of remote runs: this environment's two remote workspaces, in any phase
 * of a run. It requires an identity provider for the host in the role's account.
 *
 * @see https://developer.hashicorp.com/terraform/cloud-docs/workspaces/dynamic-provider-credentials/aws-configuration
 */
export function trustPolicy(
  config: Config,
  { hostname, organization, project }: CloudState,
  runRole: string,
) {
  const [, partition = "", , , account = ""] = runRole.split(":");
  const subjects = ["registry", "platform"].map((stack) =>
    [
      "organization",
      organization,
      "project",
      project ?? "Default Project",
      "workspace",
      workspaceName(config, stack),
      "run_phase",
      "*",
    ].join(":"),
  );
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: "sts:AssumeRoleWithWebIdentity",
        Principal: { Federated: `arn:${partition}:iam::${account}:oidc-provider/${hostname}` },
        Condition: {
          StringEquals: { [`${hostname}:aud`]: AUDIENCE },
          StringLike: { [`${hostname}:sub`]: subjects },
        },
      },
    ],
  };
}
