import { KMSClient } from "@aws-sdk/client-kms";
import type { Config } from "../../spec/config";
import { type Named, registryHost, repositoryName, signingKeyAlias } from "../../spec/names";
import { partitionOf } from "../../spec/regions";
import { requireImage } from "../images/known-image";
import { type Login, logIn } from "../images/registry-login";
import type { Target } from "../target/target";
import { Refusal, type Report } from "../terminal/refusal";
import type { Signed } from "./image-signature";
import { Repository } from "./registry";
import { SigningKey } from "./signing-key";

interface Tools extends Pick<
  Target,
  "config" | "services" | "clients" | "clientSettings" | "signal"
> {
  readonly report: Report;
}

/** An environment, and its account if it is another one. */
interface Source extends Named {
  readonly account: string | undefined;
}

/**
 * An image of this environment, its repository there and the environment's key.
 *
 * @param reference as it was pushed: `host/repository@sha256:…`
 * @throws Refusal for an image of another place, or in an environment that signs none
 */
export async function signedHere(target: Tools, image: string, reference: string): Promise<Signed> {
  requireSigning(target.config);
  const { name, suffix } = target.config;
  return await signedIn(target, { name, suffix, account: undefined }, image, reference);
}

/** The same of the environment that images are promoted from. */
export async function signedAtSource(
  target: Tools,
  image: string,
  reference: string,
): Promise<Signed> {
  const { config } = target;
  requireSigning(config);
  if (!config.promoteFrom) {
    throw new Refusal(
      `${config.suffix} promotes no images`,
      "npx platform verify-image is for the images that an environment's promoteFrom names.",
    );
  }
  const { environment: suffix, account } = config.promoteFrom;
  const source = { name: config.name, suffix, account };
  return await signedIn(target, source, image, reference);
}

function requireSigning({ sign, suffix }: Config): void {
  if (sign) return;
  throw new Refusal(`${suffix} signs no images`, "Set sign: true in environments.ts.");
}

async function signedIn(
  { config, services, clients, clientSettings, signal, report }: Tools,
  source: Source,
  image: string,
  written: string,
): Promise<Signed> {
  requireImage(image, services);
  const login = await logIn(clients.ecr);
  const origin = originOf(config, source, login);
  const repository = repositoryName(source, image);
  const expected = `${new URL(origin).host}/${repository}`;
  const [, digest] = /@(sha256:[0-9a-f]{64})$/.exec(written) ?? [];
  // The login goes nowhere else.
  if (digest === undefined || written !== `${expected}@${digest}`) {
    throw new Refusal(
      `"${written}" is not where ${source.suffix} has the image ${image}`,
      `Write it as ${expected}@sha256:…`,
    );
  }
  return {
    place: {
      suffix: source.suffix,
      registry: config.registry,
      region: config.region,
      account: source.account,
    },
    image,
    reference: { host: new URL(origin).host, repository, digest },
    repository: new Repository({ origin, repository, login, signal }),
    key: new SigningKey(new KMSClient(clientSettings), keyOf(config, source), source.suffix, {
      report,
      signal,
    }),
  };
}

function originOf({ registry, region }: Config, { account }: Source, { host }: Login): string {
  if (registry !== undefined) return new URL(registry).origin;
  return `https://${account === undefined ? host : registryHost(account, region)}`;
}

function keyOf({ region }: Config, source: Source): string {
  const alias = signingKeyAlias(source);
  const { account } = source;
  if (account === undefined) return alias;
  return `arn:${partitionOf(region)}:kms:${region}:${account}:${alias}`;
}
