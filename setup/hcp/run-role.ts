import type { Config } from "../../spec/config";
import { workspaceName } from "../../stacks/options/backend";
import type { HcpSettings } from "./settings";

/** What a run asks for in AWS, unless a variable of the workspace says otherwise. */
const AUDIENCE = "aws.workload.identity";

/**
 * Whom the role of remote runs must trust: this environment's two remote workspaces, in whatever phase
 * of a run. It goes with an identity provider for the host in the role's account.
 *
 * @see https://developer.hashicorp.com/terraform/cloud-docs/workspaces/dynamic-provider-credentials/aws-configuration
 */
export function trustPolicy(
  config: Config,
  { hostname, organization, project, runRole }: HcpSettings,
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
