import type { Config } from "../../spec/config";
import type { CloudState } from "../../spec/variables/backend-settings";

/** HCP Terraform as the settings name it, with the role that its runs take in AWS. */
export type HcpSettings = CloudState & { readonly runRole: string };

/** The settings of HCP Terraform, or what is missing of them. */
export function hcpSettings({ backend }: Config): HcpSettings | string[] {
  if (backend.kind !== "cloud") {
    return [
      `PLATFORM_BACKEND is ${backend.kind}; to set up HCP Terraform it must be cloud, with PLATFORM_HCP_ORGANIZATION`,
    ];
  }
  const { runRole } = backend;
  if (runRole === undefined) {
    return [
      "PLATFORM_HCP_RUN_ROLE is not set; it must be the ARN of the role that runs in HCP Terraform take in AWS",
    ];
  }
  return { ...backend, runRole };
}
