import { type TerraformOptions, readOutputs } from "../terraform/terraform-stack";

/** Repository URLs by image name. */
export type Repositories = Record<string, string>;

/** The environment's repositories, output by `registry`; none before its first deployment. */
export async function readRepositories(options: TerraformOptions): Promise<Repositories> {
  const { "repository-urls": urls = {} } = await readOutputs("registry", options);
  // The output of `RegistryStack`.
  return urls as Repositories;
}
