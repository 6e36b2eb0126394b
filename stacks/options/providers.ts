import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import {
  DockerProvider,
  type DockerProviderRegistryAuth,
} from "@cdktf/provider-docker/lib/provider";
import type { TerraformStack } from "cdktf";
import type { Config } from "../../spec/config";
import { VERSIONS } from "../../spec/versions";

/** The tags that mark a resource as one environment's; its `Name` alone need not be unique. */
export function environmentTags(config: Config): { Project: string; Environment: string } {
  return { Project: config.name, Environment: config.suffix };
}

/**
 * The time from which a preview may be destroyed. `npx platform deploy` writes it; Terraform ignores it,
 * because a time that moves with each deployment would change each plan.
 */
export const EXPIRY_TAG = "ExpiresAt";

/** The point that a cluster was restored from, which `npx platform restore` writes. */
export const RESTORED_FROM = "RestoredFrom";

/** AWS in the environment's region. Its default tags reach every resource that can carry tags. */
export function useAws(stack: TerraformStack, config: Config): void {
  new AwsProvider(stack, "aws", {
    region: config.region,
    defaultTags: [{ tags: { ...environmentTags(config), ManagedBy: "terraform" } }],
    ignoreTags: [{ keys: [EXPIRY_TAG, RESTORED_FROM] }],
  });
  stack.addOverride("terraform.required_version", VERSIONS.terraform);
  stack.addOverride("terraform.required_providers.aws.version", VERSIONS.aws);
}

/** The Docker engine that builds, probes and pushes; `DOCKER_HOST` selects it. */
export function useDocker(
  stack: TerraformStack,
  registries: readonly DockerProviderRegistryAuth[],
): void {
  new DockerProvider(stack, "docker", { registryAuth: [...registries] });
  // The bindings were generated for 3.6.2; before 4.0 each plan created a stopped probe again.
  stack.addOverride("terraform.required_providers.docker.version", VERSIONS.docker);
}
