import { DescribeSecretCommand } from "@aws-sdk/client-secrets-manager";
import { type ParameterMetadata, paginateDescribeParameters } from "@aws-sdk/client-ssm";
import { type SecretReference, readSecretArn } from "../../spec/service/secret-arn";
import type { SecretArn } from "../../spec/service/secrets";
import type { ClientSettings } from "../target/clients";
import { hasName, isDenied } from "../target/aws-error";
import type { Problem } from "./check";
import { createParametersClient, createSecretsClient } from "./clients";

/** A secret of a service that exists elsewhere, and where it is kept. */
export interface SecretElsewhere {
  readonly service: string;
  readonly name: string;
  readonly arn: SecretArn;
}

/** What AWS says of one: a problem, all is well, or nothing that the caller may know. */
export type Answer = Problem | "there" | "not told";

/** Keys of AWS in the account, which decrypt for whoever may read the value. */
const ACCOUNT_KEYS = { parameter: "alias/aws/ssm", secret: "alias/aws/secretsmanager" } as const;

/**
 * Asks AWS whether a secret exists and whether a task may read it. The role that starts a task has no
 * permission for a KMS key: it reads what the account's own key encrypts, in this account alone, because that
 * key cannot be shared with another one.
 *
 * @param account the environment's, 12 digits
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples_cross.html
 */
export async function askElsewhere(
  secret: SecretElsewhere,
  account: string | undefined,
  settings: ClientSettings,
): Promise<Answer> {
  const reference = readSecretArn(secret.arn);
  if (reference.account !== account) return foreign(secret, reference, account);
  try {
    return reference.kind === "secret"
      ? await askSecretsManager(secret, reference, settings)
      : await askParameterStore(secret, reference, settings);
  } catch (error) {
    if (isDenied(error)) return "not told";
    throw error;
  }
}

async function askSecretsManager(
  secret: SecretElsewhere,
  reference: SecretReference,
  settings: ClientSettings,
): Promise<Answer> {
  const { resource: SecretId, region } = reference;
  const client = createSecretsClient(settings, region);
  try {
    const { DeletedDate, KmsKeyId } = await client.send(new DescribeSecretCommand({ SecretId }));
    return DeletedDate
      ? lost(secret, "is marked for deletion")
      : readable(secret, reference, KmsKeyId);
  } catch (error) {
    if (hasName(error, "ResourceNotFoundException")) return lost(secret, "does not exist");
    throw error;
  }
}

async function askParameterStore(
  secret: SecretElsewhere,
  reference: SecretReference,
  settings: ClientSettings,
): Promise<Answer> {
  const found = await findParameter(reference, settings);
  if (!found) return lost(secret, "does not exist");
  const { Name: name = reference.name, KeyId } = found;
  return readable(secret, { ...reference, name }, KeyId);
}

/** An ARN has one slash before a name, with or without a slash of its own. */
async function findParameter(
  { name, region }: SecretReference,
  settings: ClientSettings,
): Promise<ParameterMetadata | undefined> {
  const client = createParametersClient(settings, region);
  const filter = { Key: "Name", Option: "Equals", Values: [name, name.slice(1)] };
  const pages = paginateDescribeParameters({ client }, { ParameterFilters: [filter] });
  for await (const { Parameters: [found] = [] } of pages) if (found) return found;
  return undefined;
}

function readable(
  secret: SecretElsewhere,
  { kind, resource, region, name }: SecretReference,
  key: string | undefined,
): Answer {
  const own = ACCOUNT_KEYS[kind];
  // AWS tells no key of a secret that its own encrypts, nor of a parameter that is not encrypted.
  if (key === undefined || key.endsWith(own)) return "there";
  const command =
    kind === "secret"
      ? `aws secretsmanager update-secret --region ${region} --secret-id ${resource} --kms-key-id ${own}`
      : `aws ssm put-parameter --region ${region} --name ${name} --type SecureString --key-id ${own} --overwrite --value file://FILE`;
  return {
    problem: `the secret ${secret.name} of ${secret.service} is encrypted with the KMS key ${key}, which no role of a task may use: ${secret.arn}`,
    fix: `encrypt it with the account's own key: ${command}`,
  };
}

function foreign(
  { service, name, arn }: SecretElsewhere,
  reference: SecretReference,
  account = "unknown",
): Problem {
  return {
    problem: `the secret ${name} of ${service} is in the account ${reference.account}, whose key no role of a task may use: ${arn}`,
    fix: `keep it in ${account}: create it there, or write ${name}: true in services/index.ts and let npx platform secret set it`,
  };
}

function lost({ service, name, arn }: SecretElsewhere, what: string): Problem {
  return {
    problem: `the secret ${name} of ${service} ${what}: ${arn}`,
    fix: "create it there, or correct its ARN in services/index.ts",
  };
}
