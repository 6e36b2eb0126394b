import { createHash } from "node:crypto";
import { PREVIEW, isPreview, isPreviewSuffix } from "./environment/preview-suffix";
import { regionCode } from "./regions";

/** Label of the project's Docker objects; on probes its value is the environment. */
export const DOCKER_LABEL = "fargate-platform";

/**
 * The label's value on built images. It is the same in every environment and checkout, because a label
 * is part of an image's digest: with the environment as its value, no two environments would build the
 * same image. An image's name tells its environment.
 */
export const BUILT_IMAGE = "built-image";

/** The label's value on the local AWS's own image, which belongs to no environment. */
export const EMULATOR_IMAGE = "emulator";

/** The label's value on base images that were built on this machine. */
export const BASE_IMAGE = "base-image";

/** The parts that make an environment's names unique. */
export interface Named {
  /** First part of every name: one word of 1–16 characters. */
  readonly name: string;
  /**
   * The environment, last part of every name: one word, or a preview's `pr-…`, of 1–12 characters.
   * Environments with different suffixes run side by side.
   */
  readonly suffix: string;
}

/** Adds the region, which distinguishes the same environment in two regions. */
export interface Placed extends Named {
  readonly region: string;
}

/**
 * The word that starts a preview's suffix. A name is words joined by hyphens: the first is the platform's,
 * and the suffix is the last word, or this word and all after it. So environments never share a name.
 */
const PREVIEW_WORD = "pr";

/** Whether a value can be a service's name: words, none of which is `pr`. */
export function isServiceName(value: string): boolean {
  return serviceNameProblem(value) === undefined;
}

/** Whether a value can be the name of a service's image or of a sidecar's: `flask-api_otel`. */
export function isImageName(value: string): boolean {
  const parts = value.split("_");
  return parts.length <= 2 && parts.every(isServiceName);
}

/** Why a value cannot be a service's name. */
export function serviceNameProblem(value: string): string | undefined {
  return namePartProblem(value, 24);
}

/** Why a value cannot be the part of a name between the platform's and the suffix. */
export function namePartProblem(value: string, limit: number): string | undefined {
  if (value.length > limit || !/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(value))
    return `must be 1 to ${limit} lower-case letters, digits and single hyphens, starting with a letter`;
  return value.split("-").includes(PREVIEW_WORD)
    ? `contains the word ${PREVIEW_WORD}, which marks a preview's suffix in resource names; use another word`
    : undefined;
}

/** Whether a value can be the platform's name or an environment's suffix: one word. */
export function isWord(value: string, limit: number): boolean {
  return value.length <= limit && /^[a-z][a-z0-9]*$/.test(value);
}

/**
 * Not allowed in environments.ts. `pr` begins a preview's suffix. `database` precedes the suffix in the
 * names of secrets, whose endings AWS generates, so IAM could not tell `a-database` from `database`.
 */
const RESERVED_SUFFIXES = [PREVIEW_WORD, "database"];

/** Whether an environment can have this suffix, as an entry of environments.ts or a preview. */
export function isSuffix(value: string): boolean {
  return (isWord(value, 12) && !RESERVED_SUFFIXES.includes(value)) || isPreviewSuffix(value);
}

/** `platform-flask-api-dev`: the name of something that belongs to one environment. */
export function resourceName({ name, suffix }: Named, ...parts: readonly string[]): string {
  return [name, ...parts, suffix].join("-");
}

/**
 * A name that is unique across regions, for global resources and for objects on the build host:
 * `platform-flask-api-probe-use1-dev`.
 */
export function globalName(config: Placed, ...parts: readonly string[]): string {
  return resourceName(config, ...parts, regionCode(config.region));
}

/**
 * The two roles of a task: the one that ECS starts it with, and the application's own; and the two of a
 * job: the one that its runs are made with, and the one that starts a run when it is due.
 */
export type RoleKind = "ecs" | "app" | "run" | "due";

/**
 * The name of a task's role. Role names are unique in an account across its regions. With every part at
 * its longest it has the 64 characters that IAM allows.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
export function roleName(config: Placed, service: string, kind: RoleKind): string {
  return globalName(config, service, kind);
}

/** The container that runs an image on the build host before it is pushed. */
export function probeName(config: Placed, image: string): string {
  return globalName(config, image, "probe");
}

/** The container beside a probe that asks for its health. */
export function healthProbeName(config: Placed, image: string): string {
  return globalName(config, image, "probe", "health");
}

/**
 * A target group's name: at most 32 characters, and different in another VPC, because a replacement is
 * created before the old one is deleted.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html
 */
export function targetGroupName(
  config: Named & { readonly cidr: string },
  service: string,
): string {
  const identity = JSON.stringify([config.name, config.cidr, service]);
  const hash = createHash("sha256").update(identity).digest("hex");
  const ending = `-${hash.slice(0, 6)}-${config.suffix}`;
  return `${service.slice(0, 32 - ending.length).replace(/-$/, "")}${ending}`;
}

/** The pattern of the environment's target group names, with IAM wildcards. */
export function targetGroupPattern({ suffix }: Named): string {
  return `*-??????-${suffix}`;
}

/** The secret with the login to a service's database. */
export function databaseSecretName(config: Named, database: string): string {
  return resourceName(config, database.replaceAll("_", "-"), "database");
}

/**
 * The path of the parameters with an environment's secrets: `/platform-dev`. All previews share one, so
 * that a new preview finds its secrets set.
 */
export function secretFolder({ name, suffix }: Named): string {
  return `/${resourceName({ name, suffix: isPreview(suffix) ? PREVIEW : suffix })}`;
}

/** The parameter with a service's secret: `/platform-dev/flask-api/STRIPE_KEY`. */
export function secretParameterName(config: Named, service: string, secret: string): string {
  return `${secretFolder(config)}/${service}/${secret}`;
}

/** The part of the name of a cluster that is restored, until it takes the environment's own. */
export const RESTORING = "restoring";

/** The private DNS zone of the environment: `platform-dev.internal`. */
export function namespaceName(config: Named): string {
  return `${resourceName(config)}.internal`;
}

/** The prefix of the environment's log group names. */
export function logGroupPrefix(config: Named): string {
  return `/ecs/${resourceName(config)}/`;
}

/** The log group of Container Insights' performance events. */
export function insightsLogGroup(config: Named): string {
  return `/aws/ecs/containerinsights/${resourceName(config)}/performance`;
}

/** The host of an account's registry in ECR. */
export function registryHost(account: string, region: string): string {
  return `${account}.dkr.ecr.${region}.amazonaws.com`;
}

/** The alias of the key that an environment's images are signed with. */
export function signingKeyAlias(config: Named): string {
  return `alias/${resourceName(config, "images")}`;
}

/** A service's ECR repository. Its images stay together under the environment's name. */
export function repositoryName(config: Named, service: string): string {
  return `${resourceName(config)}/${service}`;
}
