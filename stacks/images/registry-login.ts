import type { DockerProviderRegistryAuth } from "@cdktf/provider-docker/lib/provider";
import type { TerraformStack } from "cdktf";
import { writeProgram } from "./front-door";

/**
 * Docker puts `docker-credential-` before a helper's name. With a slash in it, the result is a path in the
 * folder that Terraform runs in, so that no program needs to be in `PATH`.
 */
const HELPER = "ecr/login";

/**
 * The Docker provider's login to a registry: it asks a credential helper each time it starts. A data
 * source would leave the login in the state, where it is valid for twelve hours and may push.
 *
 * @param address `https://host`, or `http://host:port`
 * @see https://docs.docker.com/reference/cli/docker/login/#credential-helpers
 */
export function registryLogin(address: string): DockerProviderRegistryAuth {
  return {
    address,
    // Otherwise the provider reads it from `DOCKER_REGISTRY_USER`, and asks no helper.
    username: "",
    configFileContent: JSON.stringify({ credsStore: HELPER }),
  };
}

/** Writes the credential helper beside the stack's Terraform configuration. */
export function writeLoginHelper(stack: TerraformStack): void {
  writeProgram(stack, `docker-credential-${HELPER}`, "registry-login");
}
