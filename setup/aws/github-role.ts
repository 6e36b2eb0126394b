import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import type { Grant } from "./permissions/grant";
import { SETUP_PATH } from "./permissions/task-roles";
import { policyDocuments } from "./policy-documents";

/** GitHub's issuer, without its scheme. */
export const ISSUER = "token.actions.githubusercontent.com";
/** What the token of a job must be meant for. */
export const AUDIENCE = "sts.amazonaws.com";

/** A whole first deployment, and its roll-back: `STACK_MINUTES` add up to less. */
const SESSION_SECONDS = 2 * 60 * 60;

export interface GithubRoleProps {
  readonly name: string;
  readonly description: string;
  /** ARN of the account's OIDC provider for GitHub. */
  readonly provider: string;
  /** The `sub` of the jobs that may assume it, each in full: there are no wildcards. */
  readonly subjects: readonly string[];
  readonly grants: readonly Grant[];
}

/**
 * A role that jobs of one repository assume with the token that GitHub gives them.
 *
 * @see https://docs.github.com/en/actions/reference/security/oidc
 */
export class GithubRole extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, props: GithubRoleProps) {
    super(scope, id);
    const { name, description, provider, subjects, grants } = props;
    const role = new IamRole(this, "role", {
      name,
      description,
      path: SETUP_PATH,
      maxSessionDuration: SESSION_SECONDS,
      assumeRolePolicy: Fn.jsonencode({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Action: "sts:AssumeRoleWithWebIdentity",
            Principal: { Federated: provider },
            Condition: {
              StringEquals: { [`${ISSUER}:aud`]: AUDIENCE, [`${ISSUER}:sub`]: [...subjects] },
            },
          },
        ],
      }),
    });
    policyDocuments(grants).forEach((policy, index) => {
      const part = new IamPolicy(this, `policy-${index}`, {
        name: `${name}-${index}`,
        path: SETUP_PATH,
        description: `Part ${index} of what ${name} may do`,
        policy,
      });
      new IamRolePolicyAttachment(this, `attachment-${index}`, {
        role: role.name,
        policyArn: part.arn,
      });
    });
    this.arn = role.arn;
  }
}
