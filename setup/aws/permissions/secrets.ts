import { resourceName } from "../../../spec/names";
import { type Environment, arn } from "./environment";
import { type Arn, type PermissionTable, allow, allowEverywhere, of } from "./grant";

/**
 * The services' database logins.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecretsmanager.html
 */
export function secrets(environment: Environment): PermissionTable {
  const name = resourceName(environment, "*", "database");
  const own = databaseSecrets(environment);
  // A request for a new secret lacks the six characters.
  const named = [...own, arn(environment, "secretsmanager", `secret:${name}`)];
  return {
    aws_secretsmanager_secret: {
      read: [allow(own, of("secretsmanager", "DescribeSecret", "GetResourcePolicy"))],
      write: [
        // With its tags, which take a permission of their own.
        allow(named, of("secretsmanager", "CreateSecret", "TagResource")),
        allow(own, of("secretsmanager", "UpdateSecret", "DeleteSecret")),
        allow(own, of("secretsmanager", "UntagResource")),
      ],
    },
    aws_secretsmanager_secret_version: {
      // Planning needs it too: Terraform reads a version's value, and keeps it in no state.
      read: [allow(own, of("secretsmanager", "GetSecretValue"))],
      write: [
        allow(own, of("secretsmanager", "PutSecretValue", "UpdateSecretVersionStage")),
        allow(own, of("secretsmanager", "ListSecretVersionIds")),
      ],
    },
    "data.aws_secretsmanager_secrets": {
      read: [
        allowEverywhere(
          "Secrets are listed by the beginnings of their names, which IAM cannot restrict.",
          of("secretsmanager", "ListSecrets"),
        ),
      ],
      write: [],
    },
    "ephemeral.aws_secretsmanager_random_password": {
      read: [
        allowEverywhere(
          "A random password is not a resource.",
          of("secretsmanager", "GetRandomPassword"),
        ),
      ],
      write: [],
    },
  };
}

/**
 * The secrets with the logins to the services' databases. Secrets Manager appends six characters to a name; a
 * `*` would let dev match the secrets of dev2.
 */
export function databaseSecrets(environment: Environment): Arn[] {
  const name = resourceName(environment, "*", "database");
  return [arn(environment, "secretsmanager", `secret:${name}-??????`)];
}
