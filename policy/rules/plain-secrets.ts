import { containersOf } from "../containers";
import { type Rule, breach } from "../rule";
import { blocks, resourcesOf } from "../stack";

/** Names of variables whose values are secret. */
const SECRET_NAME =
  /(^|_)(PASSWORD|PASSWD|SECRET|TOKEN|API_KEY|PRIVATE_KEY|ACCESS_KEY|CREDENTIALS)$/;

/** A value that is secret whatever its name is: a URL with a password, or a private key. */
const SECRET_VALUE = /:\/\/[^/\s:@]*:[^/\s@]+@|-----BEGIN [A-Z ]*PRIVATE KEY-----/;

/** Attributes whose values Terraform keeps in its state, readable for everyone who may plan. */
const IN_STATE: Readonly<Record<string, readonly string[]>> = {
  aws_secretsmanager_secret_version: ["secret_string", "secret_binary"],
  aws_rds_cluster: ["master_password"],
  aws_db_instance: ["password"],
  aws_ssm_parameter: ["value"],
};

export const plainSecrets: Rule = {
  promise: "No secret is in a task definition or a state",
  fix: "keep it in Secrets Manager, written by a write-only attribute, and pass it as a secret of the container",
  breaches: ({ stacks }) => [
    ...containersOf(stacks).flatMap(({ resource, name, container }) =>
      blocks(container["environment"])
        .map((variable) => [String(variable["name"]), String(variable["value"])] as const)
        .filter(([variable, value]) => SECRET_NAME.test(variable) || SECRET_VALUE.test(value))
        .map(([variable]) =>
          breach(resource, `the container ${name} has ${variable} in plain text`),
        ),
    ),
    ...resourcesOf(stacks, ...Object.keys(IN_STATE)).flatMap((resource) =>
      (IN_STATE[resource.type] ?? [])
        .filter((attribute) => resource.block[attribute] !== undefined)
        .filter(() => !isPlainParameter(resource.block))
        .map((attribute) => breach(resource, `the state keeps its ${attribute}`)),
    ),
  ],
};

/** A parameter of another type than SecureString is no secret. */
function isPlainParameter({ type }: Readonly<Record<string, unknown>>): boolean {
  return type === "String" || type === "StringList";
}
