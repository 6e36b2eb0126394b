import { resourceName } from "../../../stacks/names";
import { type Environment, arn } from "./environment";
import { type PermissionTable, allow, allowEverywhere, of } from "./grant";

/**
 * The logins of services to their databases.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecretsmanager.html
 */
export function secrets(environment: Environment): PermissionTable {
  // Secrets Manager adds six characters to a name.
  const name = `${resourceName(environment, "*", "database")}-??????`;
  const own = [arn(environment, "secretsmanager", `secret:${name}`)];
  return {
    aws_secretsmanager_secret: {
      read: [allow(own, of("secretsmanager", "DescribeSecret", "GetResourcePolicy"))],
      write: [
        allow(own, of("secretsmanager", "CreateSecret", "UpdateSecret", "DeleteSecret")),
        allow(own, of("secretsmanager", "TagResource", "UntagResource")),
      ],
    },
    aws_secretsmanager_secret_version: {
      // Also to plan: Terraform reads the value of a version, and keeps it in no state.
      read: [allow(own, of("secretsmanager", "GetSecretValue"))],
      write: [
        allow(own, of("secretsmanager", "PutSecretValue", "UpdateSecretVersionStage")),
        allow(own, of("secretsmanager", "ListSecretVersionIds")),
      ],
    },
    "ephemeral.aws_secretsmanager_random_password": {
      read: [
        allowEverywhere(
          "A random password is of no resource.",
          of("secretsmanager", "GetRandomPassword"),
        ),
      ],
      write: [],
    },
  };
}
