import type { Config } from "../config";
import { secretFolder } from "../names";
import { partitionOf } from "../regions";
import { secretArnProblem } from "./secret-arn";
import { LONGEST_SECRET, secretEntries, taskSecrets } from "./secrets";
import type { ServiceSpec, Services } from "./spec";
import { RESERVED_NAMES, RESERVED_VARIABLE, VARIABLE } from "./variable";

/** What is wrong with a service's secrets by themselves, whatever the environment. */
export function secretProblems(spec: Pick<ServiceSpec, "secrets">): string[] {
  const entries = secretEntries(spec);
  const names = entries.map(([name]) => name);
  const twice = new Set(names.filter((name, index) => names.indexOf(name) < index));
  return [
    ...[...twice].map((name) => `secrets names ${name} twice`),
    ...new Set(names.flatMap((name) => nameProblem(name) ?? [])),
    ...entries.flatMap(([name, source]) => {
      const problem = source === true ? undefined : secretArnProblem(source);
      return problem ? [`secrets gives ${name} the ARN ${JSON.stringify(source)}; ${problem}`] : [];
    }),
  ];
}

function nameProblem(name: string): string | undefined {
  if (!VARIABLE.test(name) || name.length > LONGEST_SECRET) {
    // What is no name may be the secret itself.
    return `secrets has a name that cannot be a variable's; a name must be 1 to ${LONGEST_SECRET} letters, digits and _, but not __proto__, and not start with a digit`;
  }
  return RESERVED_VARIABLE.test(name) ? `secrets names ${name}; ${RESERVED_NAMES}` : undefined;
}

/**
 * What is wrong with the secrets of a catalogue in one environment: AWS reserves beginnings of names, and
 * a task reads no secret of another partition.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
 */
export function secretProblemsIn(
  config: Pick<Config, "name" | "suffix" | "region" | "registry">,
  services: Services,
): string[] {
  const { name, region } = config;
  const sources = Object.entries(services).flatMap(([service, spec]) =>
    taskSecrets(service, spec, config).map((source) => ({ service, source })),
  );
  const isReserved = /^(aws|ssm)/.test(name) && sources.some(({ source }) => "parameter" in source);
  return [
    ...(isReserved
      ? [
          `services: secrets would be parameters below ${secretFolder(config)}, but AWS reserves names that start with aws or ssm; set PLATFORM_NAME to another name`,
        ]
      : []),
    ...sources.flatMap(({ service, source }) => {
      const partition = "arn" in source ? source.arn.split(":")[1] : partitionOf(region);
      return partition === partitionOf(region)
        ? []
        : [
            `services: ${service}.secrets gives ${source.name} an ARN of the partition ${partition}, but ${region} is in ${partitionOf(region)}, whose tasks cannot read it`,
          ];
    }),
  ];
}
