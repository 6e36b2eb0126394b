import { type TerraformOptions, readOutputs } from "../terraform/terraform-stack";

/** URLs of repositories, by the name of their image. */
export type Repositories = Record<string, string>;

/** The environment's repositories as `registry` gives them out; none before its first deployment. */
export async function readRepositories(options: TerraformOptions): Promise<Repositories> {
  const { "repository-urls": urls = {} } = await readOutputs("registry", options);
  // What `RegistryStack` gives out.
  return urls as Repositories;
}
