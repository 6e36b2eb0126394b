import type { TaskDefinition } from "@aws-sdk/client-ecs";
import { DescribeSecretCommand } from "@aws-sdk/client-secrets-manager";
import { paginateDescribeParameters } from "@aws-sdk/client-ssm";
import { readSecretArn } from "../../spec/service/secret-arn";
import { createParametersClient, createSecretsClient } from "../checks/clients";
import { hasName, isDenied } from "../target/aws-error";
import type { ClientSettings } from "../target/clients";

/** What became of a secret: AWS may not tell the caller. */
export type SecretState = "there" | "gone" | "not told";

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
  const places = [...new Set(all.flatMap(({ valueFrom }) => valueFrom ?? []).map(withoutKey))];
  return await Promise.all(
    places.map(async (valueFrom) => ({
      valueFrom,
      state: await stateOf(valueFrom, region, settings),
    })),
  );
}

/** Without the key of its JSON, the stage and the version, of which a secret's ARN may have any. */
function withoutKey(valueFrom: string): string {
  return isArn(valueFrom) ? readSecretArn(valueFrom).resource : valueFrom;
}

async function stateOf(
  valueFrom: string,
  region: string,
  settings: ClientSettings,
): Promise<SecretState> {
  try {
    if (!isArn(valueFrom)) return await parameterState([valueFrom], region, settings);
    const { kind, name, ...place } = readSecretArn(valueFrom);
    // An ARN has one slash before a name, with or without a slash of its own.
    if (kind === "parameter")
      return await parameterState([name, name.slice(1)], place.region, settings);
    const secrets = createSecretsClient(settings, place.region);
    const { DeletedDate } = await secrets.send(new DescribeSecretCommand({ SecretId: valueFrom }));
    return DeletedDate ? "gone" : "there";
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
