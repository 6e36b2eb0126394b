import type { Config } from "../../spec/config";
import { secretParameterName } from "../../spec/names";
import { partitionOf } from "../../spec/regions";
import { readSecretArn } from "../../spec/service/secret-arn";
import { type ServiceSecrets, secretSources, taskSecrets } from "../../spec/service/secrets";
import { type Services, specOf } from "../../spec/service/spec";

/** A secret of a container, in the ECS API's format: a variable, and where ECS reads its value. */
export interface ContainerSecret {
  readonly name: string;
  /** An ARN, or the name of a parameter in the task's own account and region. */
  readonly valueFrom: string;
}

/**
 * The secrets of a container: a service's or a sidecar's. Only their names are in the task definition; ECS reads the
 * values when a task starts, so a new value reaches the tasks that start after it.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-ssm-paramstore.html
 */
export function containerSecrets(
  service: string,
  spec: { readonly secrets?: ServiceSecrets },
  config: Config,
): ContainerSecret[] {
  return secretSources(service, spec, config).map((source) => ({
    name: source.name,
    valueFrom: "arn" in source ? source.arn : source.parameter,
  }));
}

/**
 * What the execution role may read: all parameters of the service's own folder, so that until the tasks are
 * replaced they still start with one that has left the catalogue; and what exists elsewhere, each by its ARN.
 */
export function secretResources(
  service: string,
  services: Services,
  config: Config,
  account: string,
): { readonly secretArns: string[]; readonly parameterArns: string[] } {
  const { region } = config;
  const own = `arn:${partitionOf(region)}:ssm:${region}:${account}:parameter`;
  const sources = taskSecrets(service, specOf(service, services), config);
  const elsewhere = sources.flatMap((source) => ("arn" in source ? readSecretArn(source.arn) : []));
  const arnsOf = (kind: "parameter" | "secret") =>
    elsewhere.filter((each) => each.kind === kind).map(({ resource }) => resource);
  return {
    // Several variables may have keys of one secret.
    secretArns: [...new Set(arnsOf("secret"))],
    parameterArns: [
      own + secretParameterName(config, service, "*"),
      ...new Set(arnsOf("parameter")),
    ],
  };
}
