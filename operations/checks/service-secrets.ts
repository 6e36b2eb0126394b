import { DescribeSecretCommand } from "@aws-sdk/client-secrets-manager";
import { type SSMClient, paginateDescribeParameters } from "@aws-sdk/client-ssm";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { type SecretReference, readSecretArn } from "../../spec/service/secret-arn";
import { type SecretArn, secretSources } from "../../spec/service/secrets";
import { storedSecrets } from "../secrets/parameters";
import { setCommand } from "../secrets/secret-command";
import { hasName, isDenied } from "../target/aws-error";
import { type Check, type CheckContext, type Problem, resultOf } from "./check";
import { createSecretsClient } from "./clients";

/** A secret of a service, and where it is kept. */
interface Elsewhere {
  readonly service: string;
  readonly name: string;
  readonly arn: SecretArn;
}

/**
 * Checks that every secret exists: a task without one does not start. It reads no value, and needs no
 * permission to: no role of a pipeline has one.
 */
export const serviceSecrets: Check = {
  title: "Secrets of services",
  run: async (context) => {
    const { config, services, clients } = context;
    const all = Object.entries(services).flatMap(([service, spec]) =>
      secretSources(service, spec, config).map((source) => ({ service, source })),
    );
    if (all.length === 0) return { found: "no service has secrets" };
    const own = all.flatMap(({ service, source }) =>
      "parameter" in source ? { service, ...source } : [],
    );
    const stored = own.length > 0 ? await storedSecrets(clients.ssm, config) : [];
    const missing = own
      .filter((each) => !stored.some(({ parameter }) => parameter === each.parameter))
      .map(({ service, name }) => ({
        problem: `the secret ${name} of ${service} is not set`,
        fix: setCommand(config, service, name),
      }));
    const elsewhere = all.flatMap(({ service, source }) =>
      "arn" in source ? { service, ...source } : [],
    );
    const asked = await Promise.all(elsewhere.map((each) => ask(each, context)));
    const problems = asked.flatMap((each) => (typeof each === "object" ? each : []));
    const unasked = elsewhere.filter((_, at) => asked[at] === "not told").map(({ arn }) => arn);
    const note =
      unasked.length > 0 ? `; AWS does not tell about ${[...new Set(unasked)].join(", ")}` : "";
    return resultOf(`${all.length - unasked.length} exist${note}`, [...missing, ...problems]);
  },
};

/** Asks AWS about a secret that is kept elsewhere, as far as the caller may know. */
async function ask(
  secret: Elsewhere,
  context: CheckContext,
): Promise<Problem | "there" | "not told"> {
  const reference = readSecretArn(secret.arn);
  const lost = (what: string): Problem => ({
    problem: `the secret ${secret.name} of ${secret.service} ${what}: ${secret.arn}`,
    fix: "create it there, or correct its ARN in services/index.ts",
  });
  try {
    return reference.kind === "secret"
      ? await askSecretsManager(reference, context, lost)
      : await askParameterStore(reference, context, lost);
  } catch (error) {
    if (isDenied(error)) return "not told";
    throw error;
  }
}

async function askSecretsManager(
  { resource, region }: SecretReference,
  { clientSettings }: CheckContext,
  lost: (what: string) => Problem,
): Promise<Problem | "there"> {
  const client = createSecretsClient(clientSettings, region);
  try {
    const { DeletedDate } = await client.send(new DescribeSecretCommand({ SecretId: resource }));
    return DeletedDate ? lost("is marked for deletion") : "there";
  } catch (error) {
    if (hasName(error, "ResourceNotFoundException")) return lost("does not exist");
    throw error;
  }
}

/** Parameters are listed in their own account and region alone. */
async function askParameterStore(
  { region, account, name }: SecretReference,
  { clients, config }: CheckContext,
  lost: (what: string) => Problem,
): Promise<Problem | "there" | "not told"> {
  const { Account } = await clients.sts.send(new GetCallerIdentityCommand({}));
  if (region !== config.region || account !== Account) return "not told";
  // An ARN has one slash before a name, with or without a slash of its own.
  const found = await parameterExists(clients.ssm, [name, name.slice(1)]);
  return found ? "there" : lost("does not exist");
}

async function parameterExists(ssm: SSMClient, names: readonly string[]): Promise<boolean> {
  const filter = { Key: "Name", Option: "Equals", Values: [...names] };
  const pages = paginateDescribeParameters({ client: ssm }, { ParameterFilters: [filter] });
  for await (const { Parameters = [] } of pages) if (Parameters.length > 0) return true;
  return false;
}
