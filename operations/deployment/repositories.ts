import type { Config } from "../../spec/config";
import { type TerraformOptions, readOutputs } from "../terraform/terraform-stack";

/** Repository URLs by image name. */
export type Repositories = Record<string, string>;

/** The environment's repositories, output by `registry`; none before its first deployment. */
export async function readRepositories(options: TerraformOptions): Promise<Repositories> {
  const { "repository-urls": urls = {} } = await readOutputs("registry", options);
  // The output of `RegistryStack`.
  return urls as Repositories;
}

/** The hosts that the environment's images are named after: those of its repositories, or the local AWS. */
export function registryHosts({ registry }: Config, repositories: Repositories): string[] {
  if (registry) return [new URL(registry).host];
  return [...new Set(Object.values(repositories).map((url) => url.split("/")[0] ?? ""))];
}
