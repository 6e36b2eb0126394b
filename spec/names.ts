import { createHash } from "node:crypto";
import { isPreviewSuffix } from "./environment/preview-suffix";
import { regionCode } from "./regions";

/** Label of every Docker object of the project; on images and probes its value is the environment. */
export const DOCKER_LABEL = "fargate-platform";

/** What tells an environment's names from those of another. */
export interface Named {
  /** First part of every name: one word of 1–16 characters. */
  readonly name: string;
  /**
   * The environment, last part of every name: one word, or a preview's `pr-…`, of 1–12 characters. Two
   * suffixes live side by side.
   */
  readonly suffix: string;
}

/** What also tells them from those of the same environment in another region. */
export interface Placed extends Named {
  readonly region: string;
}

/**
 * The word that begins the suffix of a preview. Names are words with hyphens between them: the first is
 * the platform's; the suffix is the last, or all from this one on. So no two environments share a name.
 */
const PREVIEW_WORD = "pr";

/** Whether a value can be the name of a service: words, none of which begins a preview's suffix. */
export function isServiceName(value: string, limit = 24): boolean {
  const words = value.split("-");
  return (
    value.length <= limit &&
    /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(value) &&
    !words.includes(PREVIEW_WORD)
  );
}

/** Whether a value can be the platform's name, or the suffix of an environment: one word. */
export function isWord(value: string, limit: number): boolean {
  return value.length <= limit && /^[a-z][a-z0-9]*$/.test(value);
}

/**
 * No entry of environments.ts: the one begins a preview's suffix; the other precedes the suffix in the
 * names of secrets, whose ends AWS makes up, so that IAM could not tell `a-database` from `database`.
 */
const RESERVED_SUFFIXES = [PREVIEW_WORD, "database"];

/** Whether an environment can have this suffix: an entry of environments.ts, or a preview. */
export function isSuffix(value: string): boolean {
  return (isWord(value, 12) && !RESERVED_SUFFIXES.includes(value)) || isPreviewSuffix(value);
}

/** `platform-flask-api-dev`: the name of what belongs to one environment. */
export function resourceName({ name, suffix }: Named, ...parts: readonly string[]): string {
  return [name, ...parts, suffix].join("-");
}

/**
 * The name of what is known in all regions at once, or to a machine that deploys to several of them:
 * `platform-flask-api-probe-use1-dev`.
 */
export function globalName(config: Placed, ...parts: readonly string[]): string {
  return resourceName(config, ...parts, regionCode(config.region));
}

/** Of the two roles of a task: the one that ECS starts it with, or the application's own. */
export type RoleKind = "ecs" | "app";

/**
 * The name of a task's role, of which an account has one in all its regions. With the longest of all its
 * parts it has the 64 characters that IAM takes.
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

/**
 * A target group's name: at most 32 characters, and another one in another VPC, because a
 * replacement is created before the old one goes.
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

/** What every target group's name of the environment looks like, in the wildcards of IAM. */
export function targetGroupPattern({ suffix }: Named): string {
  return `*-??????-${suffix}`;
}

/** The private DNS zone of the environment: `platform-dev.internal`. */
export function namespaceName(config: Named): string {
  return `${resourceName(config)}.internal`;
}

/** What the names of the environment's log groups begin with. */
export function logGroupPrefix(config: Named): string {
  return `/ecs/${resourceName(config)}/`;
}

/** Container Insights writes its performance events here. */
export function insightsLogGroup(config: Named): string {
  return `/aws/ecs/containerinsights/${resourceName(config)}/performance`;
}

/** A service's ECR repository. Its images stay together under the environment's name. */
export function repositoryName(config: Named, service: string): string {
  return `${resourceName(config)}/${service}`;
}
