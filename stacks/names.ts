import { createHash } from "node:crypto";
import type { Config } from "./config";

/** Label of every Docker object of the project; on images and probes its value is the environment. */
export const DOCKER_LABEL = "fargate-platform";

/** What tells an environment's names from those of another. */
export type Named = Pick<Config, "name" | "suffix">;

/** Whether a value can be a part of names: of the platform, of a suffix, of a service. */
export function isName(value: string, limit: number): boolean {
  return value.length <= limit && /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(value);
}

/** `platform-flask-api-dev`: the name of what belongs to one environment. */
export function resourceName({ name, suffix }: Named, ...parts: readonly string[]): string {
  return [name, ...parts, suffix].join("-");
}

/**
 * A target group's name: at most 32 characters, and another one in another VPC, because a
 * replacement is created before the old one goes.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html
 */
export function targetGroupName(config: Config, service: string): string {
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
