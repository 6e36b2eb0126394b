import { expect, test } from "vitest";
import { lastWords } from "../../../../operations/failures/build-log";
import { knownErrors } from "../../../../operations/failures/known-errors";
import { StackFailure } from "../../../../operations/terraform/terraform-process";

const adviceFor = (...errors: string[]) =>
  knownErrors(new StackFailure("platform", errors)).join("\n");

const LOCKED = `Error acquiring the state lock: Error message: resource temporarily unavailable
Lock Info:
  ID:        6748d9e0-afc5-4738-a155-2d1cdad0ac3d
  Path:      platform.tfstate
  Operation: OperationTypeApply
  Who:       ada@laptop
  Created:   2026-11-24 00:20:32 +0000 UTC
`;

test("a locked state shows the holder, the time and how to unlock it if that run is dead", () => {
  expect(adviceFor(LOCKED)).toBe(
    `ada@laptop has held the state of platform since 2026-11-24 00:20:32 +0000 UTC: another deployment is running, or one was killed.
→ Wait for it to finish. If no deployment is running: terraform -chdir=.platform/cdktf.out/stacks/platform force-unlock 6748d9e0-afc5-4738-a155-2d1cdad0ac3d`,
  );
});

test.each([
  ["ExpiredTokenException: The security token included in the request is expired", "credentials"],
  [
    "api error InvalidClientTokenId: The security token included in the request is invalid",
    "Log in",
  ],
  [
    "waiting for ACM Certificate (arn:aws:acm:us-east-1:1:certificate/1) to be issued: timeout while waiting for state to become 'ISSUED' (last state: 'PENDING_VALIDATION', timeout: 30m0s)",
    "its record is not visible in DNS",
  ],
  ["write /state/platform.tfstate: no space left on device", "The disk is full"],
  [
    "Error acquiring the state lock: open /state/.platform.tfstate.lock.info: no space left on device",
    "The disk is full",
  ],
  ["Failed to persist state: errored.tfstate", "state push errored.tfstate"],
  ["Unable to find remote state: No stored state was found", "does not share its state"],
  [
    "Invalid command-line option: The -reconfigure option is for in-place reconfiguration",
    "unset TF_CLI_ARGS_init",
  ],
  ["spawn terraform ENOENT", "There is no Terraform on the PATH"],
  ["Cannot connect to the Docker daemon at unix:///var/run/docker.sock", "container engine"],
  [
    'Post "http://127.0.0.1:4566/": dial tcp 127.0.0.1:4566: connect: connection refused',
    "unreachable",
  ],
])("%s → %s", (error, words) => {
  expect(adviceFor(error)).toContain(words);
});

const ROLE = "arn:aws:sts::123456789012:assumed-role/platform-deploy-dev/run";

test("a denial names the caller, the action, the resource, and the place to allow it", () => {
  const denied = `Error: creating IAM Role (platform-web-task-dev): operation error IAM: CreateRole, https response error StatusCode: 403, RequestID: 1, api error AccessDenied: User: ${ROLE} is not authorized to perform: iam:CreateRole on resource: arn:aws:iam::123456789012:role/platform-web-task-dev because no identity-based policy allows the iam:CreateRole action`;
  const failure = new StackFailure(
    "platform",
    [denied, denied],
    ["aws_iam_role.services_web_task"],
  );
  expect(knownErrors(failure).join("\n")).toBe(
    `AWS denies ${ROLE} iam:CreateRole on arn:aws:iam::123456789012:role/platform-web-task-dev. Completed work is in the state.
→ For a role of setup/aws, add the action to setup/aws/permissions, at aws_iam_role, then npx platform setup. For another caller, allow that action. Then run the same command again: it continues from there.`,
  );
});

test.each([
  [
    `api error UnauthorizedOperation: You are not authorized to perform this operation. User: ${ROLE} is not authorized to perform: ec2:CreateVpc on resource: arn:aws:ec2:us-east-1:123456789012:vpc/* because no identity-based policy allows the ec2:CreateVpc action. Encoded authorization failure message: abc`,
    `${ROLE} ec2:CreateVpc on arn:aws:ec2:us-east-1:123456789012:vpc/*.`,
  ],
  [
    "operation error ECR: CreateRepository, api error AccessDeniedException: no",
    "the caller CreateRepository of ECR.",
  ],
  [
    `Error acquiring the state lock: operation error S3: PutObject, api error AccessDenied: User: ${ROLE} is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::states/a.tfstate.tflock" because no identity-based policy allows the s3:PutObject action`,
    `${ROLE} s3:PutObject on arn:aws:s3:::states/a.tfstate.tflock.`,
  ],
])("%s → %s", (error, words) => {
  expect(adviceFor(error)).toContain(`AWS denies ${words}`);
});

test("a service's own failure is not a known error", () => {
  expect(adviceFor("web was rolled back: its new task definition never became healthy")).toBe("");
});

const BUILD = `#7 [dependencies 3/5] RUN npm ci
#7 0.471 npm error missing: left-pad@1.0.0
#7 ERROR: exit code: 1
------
 > [dependencies 3/5] RUN npm ci:
0.471 npm error missing: left-pad@1.0.0
------
`;

test("a failed build shows its step and its output", () => {
  expect(lastWords(BUILD)).toEqual([
    " > [dependencies 3/5] RUN npm ci:",
    "0.471 npm error missing: left-pad@1.0.0",
  ]);
  expect(lastWords("#1 one\n#2 error: no such file\n")).toEqual([
    "#1 one",
    "#2 error: no such file",
  ]);
});
