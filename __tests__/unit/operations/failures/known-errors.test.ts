import { describe, expect, test } from "vitest";
import { lastWords } from "../../../../operations/failures/build-log";
import { KNOWN_ERRORS, explains, knownErrors } from "../../../../operations/failures/known-errors";
import type { Diagnostic } from "../../../../operations/terraform/diagnostic";
import { StackFailure } from "../../../../operations/terraform/terraform-process";
import { AWS_SAMPLES } from "./samples/aws";
import { DOCKER_SAMPLES } from "./samples/docker";
import { HCP_SAMPLES } from "./samples/hcp";
import { IMAGE, PROBE, PUSHED, type Sample } from "./samples/sample";
import { LOCKED, PERSISTED, TERRAFORM_SAMPLES, UNSAVED } from "./samples/terraform";

const SAMPLES: readonly Sample[] = [
  ...DOCKER_SAMPLES,
  ...AWS_SAMPLES,
  ...TERRAFORM_SAMPLES,
  ...HCP_SAMPLES,
];

const errorOf = ({ address, words }: Pick<Sample, "address" | "words">): Diagnostic => {
  return { summary: words, detail: "", address };
};
const adviceOn = ({ stack, ...sample }: Omit<Sample, "says">) =>
  knownErrors(new StackFailure(stack, [errorOf(sample)])).join("\n");

test.each(SAMPLES)("$address: $words", (sample) => {
  const advice = adviceOn(sample);
  for (const words of sample.says) expect(advice).toContain(words);
  expect(advice).toMatch(/^\S.*[.\n][^]*\n→ /);
});

test("every known error has a sample of its tool's words", () => {
  const seen = SAMPLES.map((sample) => {
    const error = errorOf(sample);
    return KNOWN_ERRORS.find((known) => explains(known, error));
  });
  const unseen = KNOWN_ERRORS.filter((known) => !seen.includes(known));
  expect(unseen.map(({ pattern }) => pattern.source)).toEqual([]);
});

test.each([
  "unexpected EOF",
  "write tcp 10.0.0.2:41022->3.3.3.3:443: write: broken pipe",
  "read tcp 10.0.0.2:41022->3.3.3.3:443: read: connection reset by peer",
  "dial tcp 3.3.3.3:443: connect: connection refused",
  "dial tcp 3.3.3.3:443: i/o timeout",
  "net/http: TLS handshake timeout",
  "dial tcp: lookup 1.dkr.ecr.us-east-1.amazonaws.com: no such host",
  "use of closed network connection",
  "net/http: request canceled",
  "blob upload unknown",
  ...[500, 502, 503, 504].map((status) => `unexpected status: ${status}`),
  "unexpected status code 502",
  "500 Internal Server Error",
  "502 Bad Gateway",
  "503 Service Unavailable",
  "504 Gateway Timeout",
  "504 Gateway Time-out",
])("a push that ends with '%s' has lost its connection", (words) => {
  const pushed = `Error pushing docker image: ${words}`;
  expect(adviceOn({ stack: "images", address: PUSHED, words: pushed })).toContain(
    "the connection of the container engine to ECR broke off",
  );
});

test.each(["status: 404", "50 Internal layers", "EOFs"])(
  "a push that ends with '%s' has not",
  (words) => {
    const pushed = `Error pushing docker image: ${words}`;
    expect(adviceOn({ stack: "images", address: PUSHED, words: pushed })).not.toContain(
      "broke off",
    );
  },
);

test.each([
  "aws_lb_listener",
  "aws_security_group",
  "aws_vpc_security_group_ingress_rule",
  "aws_vpc_security_group_egress_rule",
  "aws_service_discovery_service",
  "aws_appautoscaling_policy",
  "aws_wafv2_web_acl",
])("an %s of a killed run, which the state does not know, is told from one that it has", (type) => {
  const address = `${type}.services_web_0A1B2C3D`;
  const words = "operation error: it already exists";
  expect(adviceOn({ stack: "platform", address, words })).toContain(
    "AWS already has a resource of this name that the state does not know",
  );
});

describe("the same words from another source", () => {
  const OF_AWS = /\bAWS\b|the account|npx platform doctor shows the caller/;
  const OF_DOCKER = /\bbuild\b|Dockerfile|container engine(?!,? or|.s disk)|\bpull\b|docker login/;

  const others = (...addresses: (string | undefined)[]) => addresses;
  const FROM_IMAGES = others(IMAGE, PROBE);
  const FROM_AWS = others("aws_ecs_service.services_web_service_0A", "aws_vpc.network_vpc_0A");

  test.each(AWS_SAMPLES)("a build or a probe is not explained by AWS: $words", (sample) => {
    for (const address of FROM_IMAGES) {
      expect(adviceOn({ ...sample, stack: "images", address })).not.toMatch(OF_AWS);
    }
  });

  test.each(DOCKER_SAMPLES)("an AWS resource is not explained by a build: $words", (sample) => {
    for (const address of FROM_AWS) {
      expect(adviceOn({ ...sample, stack: "platform", address })).not.toMatch(OF_DOCKER);
    }
  });

  test.each(DOCKER_SAMPLES)("Terraform itself is not explained by a build: $words", (sample) => {
    expect(adviceOn({ ...sample, address: undefined })).not.toMatch(OF_DOCKER);
  });

  test.each([
    "401 Unauthorized",
    "denied: toomanyrequests",
    "pull access denied",
    "secret NPM_TOKEN: not found",
    "dockerfile parse error: unknown flag: --mount",
  ])(
    "a program in a build that says '%s' says nothing about the base image or the Dockerfile",
    (words) => {
      const failed = `Error running buildx build: failed to solve: process "/bin/sh -c make" did not complete successfully: exit code: 1\n${words}`;
      expect(adviceOn({ stack: "images", address: IMAGE, words: failed })).toBe("");
    },
  );

  test.each([
    "[rollup] plugin error: Could not resolve ./missing",
    "Plugin error: Could not resolve ./missing",
    "error: index.lock was created by a newer version of cargo",
  ])("a program in a build that says '%s' says nothing about Terraform", (words) => {
    const failed = `Error running buildx build: failed to solve: process "/bin/sh -c make" did not complete successfully: exit code: 1\n${words}`;
    expect(adviceOn({ stack: "images", address: IMAGE, words: failed })).toBe("");
  });

  test("a provider's configuration is not Terraform itself", () => {
    const address = 'provider["registry.terraform.io/kreuzwerker/docker"]';
    const words = "S3 bucket does not exist: NoSuchBucket, AccessDenied";
    expect(adviceOn({ stack: "images", address, words })).toBe("");
  });

  test("a service's AWS resource is not explained by another type's words", () => {
    const words = "PriorityInUse: Priority '10' is currently in use";
    const address = "aws_ecs_service.services_web_service_0A1B2C3D";
    expect(adviceOn({ stack: "platform", address, words })).not.toContain("rule");
  });
});

describe("words that contain those of a known error", () => {
  test.each([
    "manifest for platform-dev/geofence is invalid",
    "manifest for platform-dev/web-502 is invalid: 502 layers",
    "manifest for platform-dev/throttler is invalid",
    "manifest of 413 bytes is invalid",
  ])("a push that ends with '%s' is not explained", (words) => {
    expect(adviceOn({ stack: "images", address: PUSHED, words })).toBe("");
  });

  test.each([
    "Error: connect ECONNREFUSED 127.0.0.1:5432\n  errno: -111,\n  code: 'ECONNREFUSED',\n  syscall: 'connect',\n  address: '127.0.0.1'",
    "AggregateError [ECONNREFUSED]:\n  Error: connect ECONNREFUSED ::1:5432\n  Error: connect ECONNREFUSED 127.0.0.1:5432",
    "connect ECONNREFUSED localhost:5432",
    "dial tcp 127.0.0.1:5432: connect: connection refused",
    "dial tcp [::1]:5432: connect: connection refused",
    "requests.exceptions.ConnectionError: HTTPConnectionPool(host='localhost', port=8080): Max retries exceeded with url: / (Caused by NewConnectionError('Failed to establish a new connection: [Errno 111] Connection refused'))",
    "integrity sha512-aE429bQ== is not the expected one",
  ])("a step of a build that ends with '%s' says nothing about the network", (words) => {
    const failed = `Error running buildx build: failed to solve: process "/bin/sh -c npm test" did not complete successfully: exit code: 1\n${words}`;
    expect(adviceOn({ stack: "images", address: IMAGE, words: failed })).toBe("");
  });

  test("a service that is not stable in time is not explained by an unreachable AWS", () => {
    const words =
      "waiting for ECS Service (web) create: operation error ECS: DescribeServices, https response error StatusCode: 0, RequestID: , canceled, context deadline exceeded";
    const address = "aws_ecs_service.services_web_service_0A1B2C3D";
    expect(adviceOn({ stack: "platform", address, words })).toBe("");
  });
});

test("a state that could not be saved is pushed before anything runs again, whatever the cause", () => {
  const expired = `${UNSAVED} StatusCode: 400, RequestID: 1, api error ExpiredToken: The provided token has expired.`;
  const failure = new StackFailure("platform", [expired, PERSISTED]);
  expect(knownErrors(failure)).toEqual([
    "Terraform could not save the state of platform, and left it beside the stack. Only that file knows what this run created: running again now would create it twice.",
    `→ Log in again first (npx platform doctor shows the caller). terraform -chdir=.platform/cdktf.out/stacks/platform state push errored.tfstate (with -force before the file name if Terraform reports "same serial"). Then run the same command again: it continues from there.`,
  ]);
});

test("each error of a failure is explained, with the services that it concerns", () => {
  const image = (service: string) => `docker_image.images_${service}_image_0A1B2C3D`;
  const limited = "Error running buildx build: failed to solve: toomanyrequests: Rate exceeded";
  const lines = knownErrors(
    new StackFailure("images", [
      errorOf({ address: image("web"), words: limited }),
      errorOf({ address: image("orders"), words: limited }),
      errorOf({ address: image("database-setup"), words: "exec format error" }),
    ]),
  );
  expect(lines).toEqual([
    expect.stringMatching(/^database-setup: the image is for another processor/),
    expect.stringMatching(/^→ Let the engine emulate: docker run/),
    expect.stringMatching(/^web, orders: the registry limits pulls/),
    expect.stringMatching(/^→ Log in to it/),
  ]);
});

test("a locked state shows the holder, the time and how to unlock it if that run is dead", () => {
  expect(adviceOn({ stack: "platform", address: undefined, words: LOCKED })).toBe(
    `ada@laptop has held the state of platform since 2026-11-24 00:20:32 +0000 UTC: another deployment is running, or one was killed.
→ Wait for it to finish. If no deployment is running: terraform -chdir=.platform/cdktf.out/stacks/platform force-unlock 6748d9e0-afc5-4738-a155-2d1cdad0ac3d`,
  );
});

const ROLE = "arn:aws:sts::123456789012:assumed-role/platform-deploy-dev/run";

test.each([
  [
    `api error UnauthorizedOperation: You are not authorized to perform this operation. User: ${ROLE} is not authorized to perform: ec2:CreateVpc on resource: arn:aws:ec2:us-east-1:123456789012:vpc/* because no identity-based policy allows the ec2:CreateVpc action. Encoded authorization failure message: abc`,
    `${ROLE} ec2:CreateVpc on arn:aws:ec2:us-east-1:123456789012:vpc/*.`,
  ],
  [
    "operation error ECR: CreateRepository, api error AccessDeniedException: no",
    "the caller CreateRepository of ECR.",
  ],
])("%s → %s", (words, says) => {
  const address = "aws_vpc.network_vpc_0A1B2C3D";
  expect(adviceOn({ stack: "platform", address, words })).toContain(`AWS denies ${says}`);
});

test("a denial names each action once, and no resource that was not denied", () => {
  const words = `operation error IAM: CreateRole, api error AccessDenied: User: ${ROLE} is not authorized to perform: iam:CreateRole on resource: arn:aws:iam::1:role/web because no policy allows it`;
  const denied = errorOf({ address: "aws_iam_role.services_web_task", words });
  const failure = new StackFailure("platform", [
    denied,
    denied,
    errorOf({ address: "aws_lb.alb", words: "something else" }),
  ]);
  expect(knownErrors(failure)).toEqual([
    `AWS denies ${ROLE} iam:CreateRole on arn:aws:iam::1:role/web. Completed work is in the state.`,
    "→ For a role of setup/aws, add the action to setup/aws/permissions, at aws_iam_role, then npx platform setup. For another caller, allow that action. Then run the same command again: it continues from there.",
  ]);
});

test("a service's own failure is not a known error", () => {
  const words = "web was rolled back: its new task definition never became healthy";
  const address = "aws_ecs_service.services_web_service_0A1B2C3D";
  expect(adviceOn({ stack: "platform", address, words })).toBe("");
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

test("the last words of a build without such rules are its last fifteen lines", () => {
  const lines = [...Array(20).keys()].map((at) => `#1 line ${at}`);
  const dashes = ["---", "----- a heading", "a heading -----", "----- both -----"];
  expect(lastWords([...dashes, ...lines].join("\n"))).toEqual(lines.slice(-15));
  expect(lastWords(["------", "one rule", "alone"].join("\n"))).toEqual([
    "------",
    "one rule",
    "alone",
  ]);
  const twice = ["------", "warnings", "------", "------", "the failed step", "------"];
  expect(lastWords(twice.join("\n"))).toEqual(["the failed step"]);
  expect(lastWords(["----", "four", "----"].join("\n"))).toEqual(["four"]);
});
