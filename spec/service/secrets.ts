import { isOnInternet } from "../environment/domain";
import { type Named, secretParameterName } from "../names";

/** The ARN of a parameter, or of a secret in Secrets Manager, that exists elsewhere; see secret-arn.ts. */
export type SecretArn = `arn:${string}:${"ssm" | "secretsmanager"}:${string}`;

/**
 * The variables whose values are secret: their names, or by each name either `true`, which is the same,
 * or the ARN of what exists elsewhere. Two forms, because the usual case is a list of names, and a list
 * that also held objects would need a second place for the name.
 */
export type ServiceSecrets = readonly string[] | Readonly<Record<string, true | SecretArn>>;

/**
 * The value of every secret in the probe, whose container anybody on the build host may inspect. It is
 * no secret of any service, so a program that checks its secrets when it starts must accept it.
 */
export const SECRET_STAND_IN = "stand-in-of-the-probe";

/** The most characters of a secret's name: with the longest ARN, less than the 1,011 of AWS. */
export const LONGEST_SECRET = 255;

/** Where ECS gets a secret: from the parameter of this environment, or from elsewhere. */
export type SecretSource = { readonly name: string } & (
  { readonly parameter: string } | { readonly arn: SecretArn }
);

/** What a service's `secrets` say of each variable, in the form with names. */
export function secretEntries({ secrets = [] }: WithSecrets): [string, true | SecretArn][] {
  return isNames(secrets) ? secrets.map((name) => [name, true]) : Object.entries(secrets);
}

/** What has secrets by itself: a service, or a sidecar. */
interface WithSecrets {
  readonly secrets?: ServiceSecrets;
}

/**
 * Where an environment keeps the secrets of one container of a service. The local AWS has no accounts of
 * others, so there every secret is a parameter of the environment, also one with an ARN.
 */
export function secretSources(
  service: string,
  spec: WithSecrets,
  config: Named & { readonly registry: string | undefined },
): SecretSource[] {
  return secretEntries(spec).map(([name, source]) =>
    source === true || !isOnInternet(config)
      ? { name, parameter: secretParameterName(config, service, name) }
      : { name, arn: source },
  );
}

/** The secrets of a service's tasks: its own, and those of its sidecars, which may share some by name. */
export function taskSecrets(
  service: string,
  spec: WithSecrets & { readonly sidecars?: Readonly<Record<string, WithSecrets>> },
  config: Named & { readonly registry: string | undefined },
): SecretSource[] {
  const containers = [spec, ...Object.values(spec.sidecars ?? {})];
  const sources = containers.flatMap((each) => secretSources(service, each, config));
  return [...new Map(sources.map((source) => [source.name, source])).values()];
}

/** The probe's variables in place of the secrets. */
export function secretStandIns(spec: WithSecrets): Record<string, string> {
  return Object.fromEntries(secretEntries(spec).map(([name]) => [name, SECRET_STAND_IN]));
}

/** `Array.isArray` does not tell a readonly list from an object. */
function isNames(secrets: ServiceSecrets): secrets is readonly string[] {
  return Array.isArray(secrets);
}
