import type { Config } from "../../spec/config";
import type { CloudState } from "../../spec/variables/backend";

/** The HCP Terraform settings. */
export interface HcpSettings extends CloudState {
  /** ARN of the AWS role that runs in HCP Terraform assume. @default for the local AWS, no remote runs */
  readonly runRole: string | undefined;
}

/** The HCP Terraform settings, or the problems with them. */
export function hcpSettings({ backend, registry }: Config): HcpSettings | string[] {
  if (backend.kind !== "cloud") {
    return [
      `PLATFORM_BACKEND is ${backend.kind}; to set up HCP Terraform, set it to cloud and set PLATFORM_HCP_ORGANIZATION`,
    ];
  }
  const { runRole } = backend;
  // The local AWS is out of the reach of a run in HCP Terraform.
  if (registry !== undefined) return { ...backend, runRole: undefined };
  if (runRole === undefined) {
    return [
      "PLATFORM_HCP_RUN_ROLE is not set; it must be the ARN of the AWS role that runs in HCP Terraform assume",
    ];
  }
  return { ...backend, runRole };
}
