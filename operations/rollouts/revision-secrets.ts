import type { TaskDefinition } from "@aws-sdk/client-ecs";
import { DescribeSecretCommand } from "@aws-sdk/client-secrets-manager";
import { paginateDescribeParameters } from "@aws-sdk/client-ssm";
import { readSecretArn } from "../../spec/service/secret-arn";
import { createParametersClient, createSecretsClient } from "../checks/clients";
import { hasName, isDenied } from "../target/aws-error";
import type { ClientSettings } from "../target/clients";

/**
 * What became of a secret: AWS may not tell the caller. A version without a label is not listed, and Secrets
 * Manager may delete it.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html
 */
export type SecretState = "there" | "version not listed" | "gone" | "not told";

/** A secret that a revision's containers read when they start. */
export interface RevisionSecret {
  /** An ARN, or the name of a parameter in the environment's region. */
  readonly valueFrom: string;
  readonly state: SecretState;
}

/**
 * Whether what a revision's containers read still exists, each once. No value is read.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specifying-sensitive-data.html
 */
export async function revisionSecrets(
  { containerDefinitions = [] }: TaskDefinition,
  region: string,
  settings: ClientSettings,
): Promise<RevisionSecret[]> {
  const all = containerDefinitions.flatMap(({ secrets = [] }) => secrets);
  const places = [...new Set(all.flatMap(({ valueFrom }) => valueFrom ?? []).map(withoutJsonKey))];
  return await Promise.all(
    places.map(async (valueFrom) => ({
      valueFrom,
      state: await stateOf(valueFrom, region, settings),
    })),
  );
}

/** Without the key of its JSON and the stage; a version of a secret stays, in its place. */
function withoutJsonKey(valueFrom: string): string {
  if (!isArn(valueFrom)) return valueFrom;
  const { resource } = readSecretArn(valueFrom);
  const version = versionOf(valueFrom);
  return version ? `${resource}:::${version}` : resource;
}

/** The last of the ten parts that the ARN of a secret may have. */
function versionOf(arn: string): string | undefined {
  return arn.split(":")[9];
}

async function stateOf(
  valueFrom: string,
  region: string,
  settings: ClientSettings,
): Promise<SecretState> {
  try {
    if (!isArn(valueFrom)) return await parameterState([valueFrom], region, settings);
    const { kind, name, resource, ...place } = readSecretArn(valueFrom);
    // An ARN has one slash before a name, with or without a slash of its own.
    if (kind === "parameter")
      return await parameterState([name, name.slice(1)], place.region, settings);
    const secrets = createSecretsClient(settings, place.region);
    const { DeletedDate, VersionIdsToStages = {} } = await secrets.send(
      new DescribeSecretCommand({ SecretId: resource }),
    );
    if (DeletedDate) return "gone";
    const version = versionOf(valueFrom);
    return version && !(version in VersionIdsToStages) ? "version not listed" : "there";
  } catch (error) {
    if (hasName(error, "ResourceNotFoundException")) return "gone";
    if (isDenied(error)) return "not told";
    throw error;
  }
}

async function parameterState(
  Values: string[],
  region: string,
  settings: ClientSettings,
): Promise<SecretState> {
  const client = createParametersClient(settings, region);
  const ParameterFilters = [{ Key: "Name", Option: "Equals", Values }];
  for await (const { Parameters = [] } of paginateDescribeParameters(
    { client },
    { ParameterFilters },
  )) {
    if (Parameters.length > 0) return "there";
  }
  return "gone";
}

function isArn(valueFrom: string): valueFrom is `arn:${string}` {
  return valueFrom.startsWith("arn:");
}
