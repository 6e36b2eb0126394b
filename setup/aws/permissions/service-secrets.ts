import { isPreview } from "../../../spec/environment/preview-suffix";
import { resourceName, secretFolder } from "../../../spec/names";
import { type Environment, arn } from "./environment";
import { type Arn, type Grant, allow, allowEverywhere, allowUnbound, of } from "./grant";
import { ownDefinition } from "./task-definitions";

/** The parameters with the secrets of an environment's services. */
function parameters(environment: Environment): Arn {
  return arn(environment, "ssm", `parameter${secretFolder(environment)}/*`);
}

/**
 * To see which secrets are set. No role of a pipeline may ask for a value: with the key of the account
 * that encrypts them, `ssm:GetParameters` alone would decrypt it.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html
 */
export function secretMetadata(environment: Environment): Grant[] {
  return [
    describeParameters(),
    ...ofCatalogue(environment, "secretsmanager", of("secretsmanager", "DescribeSecret")),
  ];
}

/** To remove an environment's secrets with it. Those of the previews are shared and stay. */
export function secretRemoval(environment: Environment): Grant[] {
  if (isPreview(environment.suffix)) return [];
  return [allow([parameters(environment)], of("ssm", "DeleteParameters"))];
}

/** The most that the execution roles may read; ECS reads the values with them when a task starts. */
export function secretReading(environment: Environment): Grant[] {
  return [
    allow([parameters(environment)], of("ssm", "GetParameters")),
    ...ofCatalogue(environment, "ssm", of("ssm", "GetParameters")),
    ...ofCatalogue(environment, "secretsmanager", of("secretsmanager", "GetSecretValue")),
  ];
}

/**
 * The permissions of `npx platform secret`, for people: they set, list and remove secrets and make ECS
 * start tasks with them, and read no value. No role of a pipeline may set one.
 */
export function secretSetting(environment: Environment): Grant[] {
  const services = arn(environment, "ecs", `service/${resourceName(environment)}/*`);
  return [
    describeParameters(),
    allow([parameters(environment)], of("ssm", "PutParameter", "DeleteParameters")),
    allow([services], of("ecs", "DescribeServices")),
    allow([services], of("ecs", "UpdateService"), ownDefinition(environment)),
  ];
}

function describeParameters(): Grant {
  return allowEverywhere(
    "Systems Manager cannot restrict the list of parameters, which has no values, to a resource.",
    of("ssm", "DescribeParameters"),
  );
}

/** What the catalogue names by its ARN. */
function ofCatalogue(
  { secretArns = [] }: Environment,
  service: "ssm" | "secretsmanager",
  actions: readonly string[],
): Grant[] {
  const arns = secretArns.filter((each) => each.split(":")[2] === service);
  if (arns.length === 0) return [];
  return [
    allowUnbound("The catalogue names them by their ARNs; they belong to others.", arns, actions),
  ];
}
