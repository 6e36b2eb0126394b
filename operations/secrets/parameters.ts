import {
  DeleteParametersCommand,
  PutParameterCommand,
  type SSMClient,
  paginateDescribeParameters,
} from "@aws-sdk/client-ssm";
import { type Named, secretFolder, secretParameterName } from "../../spec/names";
import { isDenied, wordsOf } from "../target/aws-error";
import { Failure } from "../terminal/run";

/** A secret that is set, without its value. */
export interface StoredSecret {
  /** The parameter's name. */
  readonly parameter: string;
  readonly service: string;
  /** The variable. */
  readonly name: string;
  readonly changed: Date | undefined;
}

/** The most parameters of one request. */
const AT_ONCE = 10;

/**
 * Lists the secrets of an environment that are set, by what AWS tells without their values.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeParameters.html
 */
export async function storedSecrets(ssm: SSMClient, config: Named): Promise<StoredSecret[]> {
  const folder = secretFolder(config);
  const own = new RegExp(`^${folder}/([a-z0-9-]+)/([A-Za-z0-9_]+)$`);
  const filter = { Key: "Path", Option: "Recursive", Values: [folder] };
  const found: StoredSecret[] = [];
  const pages = paginateDescribeParameters({ client: ssm }, { ParameterFilters: [filter] });
  for await (const { Parameters = [] } of pages) {
    for (const { Name: parameter = "", LastModifiedDate: changed } of Parameters) {
      const [, service, name] = own.exec(parameter) ?? [];
      if (service && name) found.push({ parameter, service, name, changed });
    }
  }
  return found;
}

/**
 * Sets a secret: the only place that a value goes to.
 *
 * @returns the parameter's name
 * @throws Failure without the value if AWS refuses
 */
export async function putSecret(
  ssm: SSMClient,
  config: Named,
  { service, name, value }: Pick<StoredSecret, "service" | "name"> & { readonly value: string },
): Promise<string> {
  const parameter = secretParameterName(config, service, name);
  try {
    await ssm.send(
      new PutParameterCommand({
        Name: parameter,
        Value: value,
        Type: "SecureString",
        Tier: "Standard",
        Overwrite: true,
      }),
    );
    return parameter;
  } catch (error) {
    // AWS's words about a parameter may repeat it.
    const words = wordsOf(error).replaceAll(value, "…");
    throw new Failure([
      `${name} of ${service} could not be set: ${words}`,
      isDenied(error)
        ? `→ The caller needs ssm:PutParameter on the parameter ${parameter}; the policy is in docs/secrets.md.`
        : "→ Fix the cause and run the command again; the value that was set before still applies.",
    ]);
  }
}

/** Removes parameters; those that are gone already do not count. */
export async function deleteParameters(ssm: SSMClient, names: readonly string[]): Promise<void> {
  for (let start = 0; start < names.length; start += AT_ONCE) {
    const Names = names.slice(start, start + AT_ONCE);
    await ssm.send(new DeleteParametersCommand({ Names }));
  }
}
