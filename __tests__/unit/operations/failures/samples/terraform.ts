import { type Sample, from } from "./sample";

export const LOCKED = `Error acquiring the state lock: Error message: resource temporarily unavailable
Lock Info:
  ID:        6748d9e0-afc5-4738-a155-2d1cdad0ac3d
  Path:      platform.tfstate
  Operation: OperationTypeApply
  Who:       ada@laptop
  Created:   2026-11-24 00:20:32 +0000 UTC
`;

const ROLE = "arn:aws:sts::123456789012:assumed-role/platform-deploy-dev/run";
const S3 = "Error refreshing state: operation error S3: GetObject, https response error";

/** Terraform reports the two as a pair: why it could not save the state, and where it left it. */
export const UNSAVED =
  "Failed to save state: Error saving state: failed to upload state: operation error S3: PutObject, https response error";
export const PERSISTED = `Failed to persist state to backend: The error shown above has prevented Terraform from writing the updated state to the configured backend. To allow for recovery, the state has been written to the file "errored.tfstate" in the current working directory.

Running "terraform apply" again at this point will create a forked state, making it harder to recover.

To retry writing this state, use the following command:
    terraform state push errored.tfstate
`;

export const TERRAFORM_SAMPLES: readonly Sample[] = [
  ...from(
    "platform",
    undefined,
    [
      "write /state/platform.tfstate: no space left on device",
      "The disk is full",
      "docker system prune",
    ],
    [
      "Error acquiring the state lock: open /state/.platform.tfstate.lock.info: no space left on device",
      "The disk is full",
    ],
    [
      "Error: No valid credential sources found\n\nPlease see https://developer.hashicorp.com/terraform/language/backend/s3\nfor more information about providing credentials.\n\nError: failed to refresh cached credentials, no EC2 IMDS role found, operation error ec2imds: GetMetadata, request canceled, context deadline exceeded",
      "AWS does not accept the credentials, or they have expired",
      "→ Log in again",
    ],
    [
      LOCKED,
      "ada@laptop has held the state of platform",
      "force-unlock 6748d9e0-afc5-4738-a155-2d1cdad0ac3d",
    ],
    [
      `Error acquiring the state lock: operation error S3: PutObject, https response error StatusCode: 403, RequestID: 1, api error AccessDenied: User: ${ROLE} is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::states/a.tfstate.tflock" because no identity-based policy allows the s3:PutObject action`,
      `AWS denies ${ROLE} s3:PutObject on arn:aws:s3:::states/a.tfstate.tflock.`,
    ],
    [
      `${S3} StatusCode: 403, RequestID: 1, api error AccessDenied: User: ${ROLE} is not authorized to perform: kms:Decrypt on resource: arn:aws:kms:us-east-1:123456789012:key/0a1b because no resource-based policy allows the kms:Decrypt action`,
      `AWS denies ${ROLE} the KMS key arn:aws:kms:us-east-1:123456789012:key/0a1b`,
      "kms:Decrypt on arn:aws:kms:us-east-1:123456789012:key/0a1b in the key's own policy",
    ],
    [
      `${S3} StatusCode: 0, RequestID: , request send failed, Get "https://states.s3.us-east-1.amazonaws.com/": dial tcp: lookup states.s3.us-east-1.amazonaws.com: no such host`,
      "AWS is unreachable",
    ],
    [
      `${S3} StatusCode: 0, RequestID: , request send failed, Get "https://states.s3.us-east-1.amazonaws.com/": tls: failed to verify certificate: x509: certificate signed by unknown authority`,
      "AWS_CA_BUNDLE",
    ],
    ["Failed to persist state to backend: errored.tfstate", "state push errored.tfstate"],
    [
      `${UNSAVED} StatusCode: 400, RequestID: 1, api error ExpiredToken: The provided token has expired.`,
      "Terraform could not save the state of platform",
      "→ Log in again first (npx platform doctor shows the caller). terraform -chdir=.platform/cdktf.out/stacks/platform state push errored.tfstate",
    ],
    [
      `${UNSAVED} StatusCode: 403, RequestID: 1, api error AccessDenied: User: ${ROLE} is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::states/a.tfstate" because no identity-based policy allows the s3:PutObject action`,
      "→ Allow the caller the denied action first, or log in as another. terraform",
    ],
    [
      `${UNSAVED} StatusCode: 400, RequestID: 1, api error KMS.DisabledException: arn:aws:kms:us-east-1:123456789012:key/0a1b is disabled.`,
      "→ Allow the caller the denied action first, or log in as another. terraform",
    ],
    [
      `${UNSAVED} StatusCode: 503, RequestID: 1, api error SlowDown: Please reduce your request rate.`,
      "→ Wait a minute. terraform",
    ],
    [
      `${UNSAVED} StatusCode: 0, RequestID: , request send failed, Put "https://states.s3.us-east-1.amazonaws.com/a.tfstate": dial tcp: lookup states.s3.us-east-1.amazonaws.com: no such host`,
      "→ Wait until the place of the states answers again. terraform",
    ],
    [PERSISTED, "state push errored.tfstate"],
    [
      "Failed to save state: Error saving state: write /state/platform.tfstate: no space left on device",
      "The disk is full",
      "state push errored.tfstate",
    ],
    [
      `${S3} StatusCode: 403, RequestID: 1, api error AccessDenied: User: ${ROLE} is not authorized to perform: kms:Decrypt on resource: arn:aws:kms:us-east-1:123456789012:key/0a1b because no identity-based policy allows the kms:Decrypt action`,
      `AWS denies ${ROLE} kms:Decrypt on arn:aws:kms:us-east-1:123456789012:key/0a1b.`,
      "→ For a role of setup/aws, add the action",
    ],
    [
      `Error refreshing state: operation error\nS3: HeadObject, https response error StatusCode: 403, RequestID: 1, api error AccessDenied: User:\n${ROLE} is not authorized to perform:\ns3:ListBucket on\nresource: "arn:aws:s3:::states" because no identity-based policy allows`,
      `AWS denies ${ROLE} s3:ListBucket on arn:aws:s3:::states.`,
    ],
    [
      "Error refreshing state: operation error\nS3: HeadObject, https response error StatusCode: 403, RequestID: 1, api error AccessDenied: Access\nDenied",
      "AWS denies the caller HeadObject of S3.",
    ],
    [
      "Invalid command-line option: The -reconfigure option is for in-place reconfiguration of state backends only",
      "unset TF_CLI_ARGS_init",
    ],
    [
      "Command failed with ENOENT: terraform init -input=false -no-color\nspawn terraform ENOENT",
      "There is no Terraform on the PATH",
    ],
    [
      "Unsupported Terraform Core version: This configuration does not support Terraform version 1.9.8.",
      "Install 1.11 or newer",
    ],
    [
      'Error refreshing state: S3 bucket "states" does not exist.\n\nThe referenced S3 bucket must have been previously created.',
      "The bucket of the states does not exist",
    ],
    [
      "Backend configuration changed: A change in the backend configuration has been detected, which may require migrating existing state.",
      "rm -r .platform/cdktf.out/stacks/platform/.terraform",
    ],
    [
      "Unsupported state file format: The state file uses format version 5, which is not supported by Terraform 1.11.4. This state file may have been created by a newer version of Terraform.",
      "written by a newer Terraform",
    ],
    [
      "Error acquiring the state lock: Error message: Unsupported state file format: The state file uses format version 5, which is not supported by Terraform 1.11.4. This state file was created by Terraform 9.9.9.\n\nTerraform acquires a state lock to protect the state from being written\nby multiple users at the same time.",
      "written by a newer Terraform",
    ],
    [
      "Error acquiring the state lock: Error message: open .terraform.tfstate.lock.info: permission denied",
      "could not be locked",
    ],
    [
      "Error: Failed to query available provider packages\n\nCould not retrieve the list of available versions for provider hashicorp/aws:\nno available releases match\nthe given constraints 5.99.0",
      "no build of a provider for this machine and version",
    ],
    [
      'Error: validating provider credentials: retrieving caller identity from STS: operation error STS: GetCallerIdentity, exceeded maximum number of attempts, 1, https response error StatusCode: 0, RequestID: , request send failed, Post "http://127.0.0.1:9/": dial tcp 127.0.0.1:9: connect: connection refused',
      "AWS is unreachable",
    ],
    [
      "Failed to load state: state snapshot was created by Terraform v1.14.0, which is newer than current v1.11.4; upgrade to Terraform v1.14.0 or greater to work with this state",
      "written by a newer Terraform",
    ],
    [
      "Failed to write state: cannot overwrite existing state with serial 7 with a different state that has the same serial",
      "is not the one that this run read",
      "state pull",
    ],
    [
      "Failed to install provider: Error while installing hashicorp/aws v5.100.0: the local package for registry.terraform.io/hashicorp/aws 5.100.0 doesn't match any of\nthe checksums previously recorded in the dependency lock file",
      "rm .platform/cdktf.out/stacks/platform/.terraform.lock.hcl",
    ],
    [
      "Required plugins are not installed: The installed provider plugins are not consistent with the packages selected in the dependency lock file:\n  - registry.terraform.io/hashicorp/aws: there is no package for registry.terraform.io/hashicorp/aws 5.100.0 cached in .terraform/providers",
      "The providers of platform are not installed in full",
    ],
    [
      "Incompatible provider version: Provider registry.terraform.io/kreuzwerker/docker v4.6.0 does not have a package available for your current platform, linux_arm64.",
      "no build of a provider for this machine",
    ],
    [
      'Failed to query available provider packages: Could not retrieve the list of available versions for provider hashicorp/aws: could not connect to registry.terraform.io: failed to request discovery document: Get "https://registry.terraform.io/.well-known/terraform.json": dial tcp: lookup registry.terraform.io: no such host',
      "Terraform cannot reach its registry",
      "Nothing was changed",
    ],
    [
      "terraform init timed out after 15 minutes and was stopped",
      "Terraform cannot reach its registry",
    ],
    ["it timed out after 40 minutes and was stopped", "took longer than its limit"],
  ),
  ...from("platform", "aws_lb.load-balancer_alb_0A1B2C3D", [
    "Plugin did not respond: The plugin encountered an error, and failed to respond to the plugin.(*GRPCProvider).ApplyResourceChange call. The plugin logs may contain more details.",
    "A provider stopped unexpectedly",
  ]),
  ...from("platform", "aws_lb.load-balancer_alb_0A1B2C3D", [
    "Resource instance managed by newer provider version: The current state of aws_lb.alb was created by a newer provider version than is currently selected.",
    "newer Terraform or provider",
  ]),
  ...from("images", "data.terraform_remote_state.cross-stack-reference-input-registry", [
    "Unable to find remote state: No stored state was found for the given workspace in the given backend.",
    "does not share its state",
  ]),
  ...from("images", "data.terraform_remote_state.cross-stack-reference-input-registry", [
    `Error loading state error: error loading the remote state: Unable to list objects in S3 bucket "states" with prefix "env:/": operation error S3: ListObjectsV2, https response error StatusCode: 403, RequestID: 1, HostID: 2, api error AccessDenied: User: ${ROLE} is not authorized to perform: s3:ListBucket on resource: "arn:aws:s3:::states" because no identity-based policy allows the s3:ListBucket action`,
    `AWS denies ${ROLE} s3:ListBucket on arn:aws:s3:::states.`,
  ]),
];
