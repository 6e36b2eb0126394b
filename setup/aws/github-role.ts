import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import type { Grant } from "./permissions/grant";
import { SETUP_PATH } from "./permissions/task-roles";
import { policyDocuments } from "./policy-documents";

/** GitHub's issuer without the scheme. */
export const ISSUER = "token.actions.githubusercontent.com";
/** The required audience of a job's token. */
export const AUDIENCE = "sts.amazonaws.com";

/** Enough for a whole first deployment and its rollback: `STACK_MINUTES` add up to less. */
const SESSION_SECONDS = 2.5 * 60 * 60;

export interface GithubRoleProps {
  readonly name: string;
  readonly description: string;
  /** ARN of the account's OIDC provider for GitHub. */
  readonly provider: string;
  /** The full `sub` of each job that may assume the role, without wildcards. */
  readonly subjects: readonly string[];
  /** Further claims that the token must have, by name. @default none */
  readonly claims?: Readonly<Record<string, string>>;
  readonly grants: readonly Grant[];
}

/**
 * A role that jobs of one repository assume with their GitHub token.
 *
 * @see https://docs.github.com/en/actions/reference/security/oidc
 */
export class GithubRole extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, props: GithubRoleProps) {
    super(scope, id);
    const { name, description, provider, subjects, claims = {}, grants } = props;
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
              StringEquals: {
                [`${ISSUER}:aud`]: AUDIENCE,
                [`${ISSUER}:sub`]: [...subjects],
                ...Object.fromEntries(
                  Object.entries(claims).map(([claim, value]) => [`${ISSUER}:${claim}`, value]),
                ),
              },
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
