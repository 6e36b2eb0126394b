import path from "node:path";
import { TfeProvider } from "@cdktf/provider-tfe/lib/provider";
import { LocalBackend, type TerraformStack } from "cdktf";
import { PROJECT_FOLDER } from "../../project";
import { VERSIONS } from "../../spec/versions";
import type { HcpSettings } from "./settings";

/** The version that the bindings were generated for. */
const TFE_VERSION = "0.71.0";

/**
 * HCP Terraform with the token of `terraform login`. The state is a file, because HCP Terraform cannot
 * keep the state of its own setup before a workspace exists.
 *
 * @param state a name that is unique in the organization, such as `workspaces-platform-use1-dev`
 */
export function useHcp(
  stack: TerraformStack,
  { hostname, organization }: HcpSettings,
  state: string,
): void {
  const folder = path.join(PROJECT_FOLDER, ".platform", "state", "hcp", hostname, organization);
  new LocalBackend(stack, { path: path.join(folder, `${state}.tfstate`) });
  new TfeProvider(stack, "tfe", { hostname, organization });
  stack.addOverride("terraform.required_version", VERSIONS.terraform);
  stack.addOverride("terraform.required_providers.tfe.version", TFE_VERSION);
}
