import { type Environment, arn, becomesOwn, isOwn, staysOwn } from "./environment";
import { type PermissionTable, allow, allowEverywhere, of } from "./grant";

const SERVICE = "cognito-idp";

/**
 * The user pool and its client. A pool has an ID instead of a name; its tags identify the environment, for
 * its client too. Nothing here gives a token: that takes the actions of `npx platform token`.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncognitouserpools.html
 */
export function identity(environment: Environment): PermissionTable {
  const pools = [arn(environment, SERVICE, "userpool/*")];
  const own = (...actions: string[]) => allow(pools, of(SERVICE, ...actions), isOwn(environment));
  return {
    aws_cognito_user_pool: {
      read: [own("DescribeUserPool", "GetUserPoolMfaConfig")],
      write: [
        allowEverywhere(
          "A user pool has no ARN before it exists.",
          of(SERVICE, "CreateUserPool"),
          becomesOwn(environment),
        ),
        allow(
          pools,
          of(SERVICE, "UpdateUserPool", "TagResource", "UntagResource"),
          staysOwn(environment),
        ),
        own("SetUserPoolMfaConfig", "DeleteUserPool"),
      ],
    },
    aws_cognito_user_pool_client: {
      read: [own("DescribeUserPoolClient")],
      write: [own("CreateUserPoolClient", "UpdateUserPoolClient", "DeleteUserPoolClient")],
    },
  };
}
