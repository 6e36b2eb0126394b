import { resourceName } from "../../../spec/names";
import { type Environment, arn } from "./environment";
import { type PermissionTable, allow, allowEverywhere, of } from "./grant";

/**
 * The logins of services to their databases.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecretsmanager.html
 */
export function secrets(environment: Environment): PermissionTable {
  const name = resourceName(environment, "*", "database");
  const own = [arn(environment, "secretsmanager", `secret:${name}-??????`)];
  // Secrets Manager adds the six characters to a name, which a new secret is asked for without. Not
  // `*` instead: dev would name the secrets of dev2.
  const named = [...own, arn(environment, "secretsmanager", `secret:${name}`)];
  return {
    aws_secretsmanager_secret: {
      read: [allow(own, of("secretsmanager", "DescribeSecret", "GetResourcePolicy"))],
      write: [
        allow(named, of("secretsmanager", "CreateSecret")),
        allow(own, of("secretsmanager", "UpdateSecret", "DeleteSecret")),
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
