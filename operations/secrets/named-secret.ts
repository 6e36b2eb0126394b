import type { Config } from "../../spec/config";
import { nearest } from "../../spec/nearest";
import { type SecretSource, taskSecrets } from "../../spec/service/secrets";
import { type Services, specOf } from "../../spec/service/spec";
import { Refusal } from "../terminal/refusal";
import type { StoredSecret } from "./parameters";

/**
 * Checks that a secret is one of the catalogue, whose value the environment keeps. A refusal does not
 * repeat what was given: it may be the value, one argument too early.
 *
 * @throws Refusal with the nearest name
 */
export function requireSettable(
  config: Config,
  services: Services,
  service: string,
  name: string,
): void {
  requireService(service, Object.keys(services));
  const sources = taskSecrets(service, specOf(service, services), config);
  requireName(
    service,
    name,
    sources.map((source) => source.name),
  );
  const source = sources.find((each) => each.name === name);
  if (source && "arn" in source) throw elsewhere(service, source.name, source.arn);
}

/**
 * The parameter to remove: of a secret of the catalogue, or of one that has left it.
 *
 * @throws Refusal with the nearest name, or if the secret is not set
 */
export function parameterToRemove(
  { config, services }: { readonly config: Config; readonly services: Services },
  stored: readonly StoredSecret[],
  service: string,
  name: string,
): string {
  requireService(service, [...Object.keys(services), ...stored.map((each) => each.service)]);
  const own = stored.filter((each) => each.service === service);
  const sources: readonly SecretSource[] = Object.hasOwn(services, service)
    ? taskSecrets(service, specOf(service, services), config)
    : [];
  requireName(
    service,
    name,
    [...sources, ...own].map((each) => each.name),
  );
  const found = own.find((each) => each.name === name);
  if (found) return found.parameter;
  const source = sources.find((each) => each.name === name);
  if (source && "arn" in source) throw elsewhere(service, source.name, source.arn);
  throw new Refusal(`${name} of ${service} is not set.`, "There is nothing to remove.");
}

function requireService(service: string, known: readonly string[]): void {
  if (known.includes(service)) return;
  throw new Refusal(
    `The catalogue has no service of that name${nearest(service, [...new Set(known)])}`,
    "Name the environment, the service and the variable: npx platform secret set dev flask-api STRIPE_KEY",
  );
}

function requireName(service: string, name: string, known: readonly string[]): void {
  if (known.includes(name)) return;
  const names = [...new Set(known)];
  throw new Refusal(
    names.length === 0
      ? `${service} has no secrets.`
      : `${service} has no secret of that name${nearest(name, names)}`,
    'Add it to the service in services/index.ts first: secrets: ["STRIPE_KEY"]',
  );
}

function elsewhere(service: string, name: string, arn: string): Refusal {
  return new Refusal(
    `${name} of ${service} is kept elsewhere: ${arn}`,
    "Change it there; the tasks that start after that have the new value.",
  );
}
