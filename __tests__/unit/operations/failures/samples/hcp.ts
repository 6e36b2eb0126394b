import { type Sample, from } from "./sample";

const PAGE = "https://app.terraform.io/app/acme/platform-platform-use1-dev/runs/run-7";

const WORKSPACE = "acme/platform-platform-use1-dev";

/** As Terraform prints it: the "Lock Info" is the caller's own, and its ID unlocks nothing. */
export const LOCKED_WORKSPACE = `Error acquiring the state lock: Error message: workspace already locked (lock ID: "${WORKSPACE}")
Lock Info:
  ID:        6748d9e0-afc5-4738-a155-2d1cdad0ac3d
  Operation: OperationTypeApply
  Who:       ada@laptop
  Created:   2026-11-24 00:20:32 +0000 UTC
`;

export const HCP_SAMPLES: readonly Sample[] = [
  ...from(
    "platform",
    undefined,
    [LOCKED_WORKSPACE, `force-unlock ${WORKSPACE}`],
    [
      `the remote run (${PAGE}) ended without "Apply complete!" and without "No changes". It said last:\nLock timeout exceeded, sending interrupt to cancel the remote operation.\nThe remote operation was successfully cancelled.`,
      "did not start within 180 s and was cancelled: its workspace is locked, or other runs come first. Nothing was changed.",
      `→ Wait for the other runs, or unlock the workspace (${PAGE}).`,
    ],
    [
      `the remote run (${PAGE}) did not start within 180 s. Terraform said last:\nWaiting for 1 run(s)`,
      "The plan of platform did not start within 180 s: other runs come first. It stays in the queue and changes nothing.",
      `→ Wait for the other runs, or cancel this one on its page (${PAGE}).`,
    ],
    [
      `the remote run (${PAGE}) ended without "Apply complete!" and without "No changes".`,
      `→ See the run's page (${PAGE}). Then run the same command again`,
    ],
    [
      "couldn't read unredacted JSON plan data for cloud run run-7; make sure you've run `terraform login` and that you have admin permissions on the workspace",
      'needs the permission "admin" on the workspace',
    ],
  ),
  ...from(
    "platform",
    "data.terraform_remote_state.images",
    [
      "Error loading state error: error loading the remote state: Error creating workspace platform-images-use1-dev: resource not found",
      "its workspace does not share it",
    ],
    [
      "Error retrieving state: forbidden\n\nThis run is not authorized to read the state of the workspace 'platform-images-use1-dev'.",
      "its workspace does not share it",
    ],
  ),
];
