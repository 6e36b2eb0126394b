import type { Config } from "../../spec/config";
import type { CloudState } from "../../spec/variables/backend";

/** The HCP Terraform settings, including the AWS role that its runs assume. */
export type HcpSettings = CloudState & { readonly runRole: string };

/** The HCP Terraform settings, or the problems with them. */
export function hcpSettings({ backend }: Config): HcpSettings | string[] {
  if (backend.kind !== "cloud") {
    return [
      `PLATFORM_BACKEND is ${backend.kind}; to set up HCP Terraform, set it to cloud and set PLATFORM_HCP_ORGANIZATION`,
    ];
  }
  const { runRole } = backend;
  if (runRole === undefined) {
    return [
      "PLATFORM_HCP_RUN_ROLE is not set; it must be the ARN of the AWS role that runs in HCP Terraform assume",
    ];
  }
  return { ...backend, runRole };
}
