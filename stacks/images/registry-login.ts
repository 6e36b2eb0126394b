import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { DockerProviderRegistryAuth } from "@cdktf/provider-docker/lib/provider";
import { App, TerraformStack } from "cdktf";

/** The front door, which prints the caller's login to ECR. */
const PROGRAM = path.resolve(__dirname, "..", "..", "bin", "platform.mjs");

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
  const file = path.join(
    App.of(stack).outdir,
    "stacks",
    stack.node.id,
    ...`docker-credential-${HELPER}`.split("/"),
  );
  mkdirSync(path.dirname(file), { recursive: true });
  const command = [process.execPath, PROGRAM, "registry-login"].map(quoted).join(" ");
  writeFileSync(file, `#!/bin/sh\nexec ${command} "$@"\n`, { mode: 0o755 });
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
