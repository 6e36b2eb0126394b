import { expect, test } from "vitest";
import { homeRegion } from "../../../../operations/checks/clients";
import { credentials } from "../../../../operations/checks/credentials";
import { answer, awsError, checkContext } from "../../../support/preflight";

const CALLER = { Account: "123456789012", Arn: "arn:aws:iam::123456789012:user/me" };

test("good credentials show the account, the region and the caller", async () => {
  const context = checkContext();
  answer(context.clients.sts, CALLER);
  expect(await credentials.run(context)).toEqual({
    found: "account 123456789012 in us-east-1, as arn:aws:iam::123456789012:user/me",
  });
});

const nobody = Object.assign(new Error("Could not load credentials from any providers"), {
  name: "CredentialsProviderError",
});
const loggedOut = Object.assign(new Error("The SSO session has expired"), {
  name: "CredentialsProviderError",
});
const EXPIRED_FIX = "log in again (`aws sso login`), or export new keys";
const KEYS_FIX = "correct AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or log in again";
const refused = Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:1"), {
  code: "ECONNREFUSED",
});

test.each<[string, Error, string, string]>([
  [
    "no credentials are found",
    nobody,
    "there are no AWS credentials (CredentialsProviderError: Could not load credentials from any providers)",
    'export AWS_PROFILE=…, `aws configure`, or eval "$(npx platform env)" for the local AWS',
  ],
  [
    "the login has expired",
    loggedOut,
    "the AWS credentials have expired (CredentialsProviderError: The SSO session has expired)",
    EXPIRED_FIX,
  ],
  [
    "the session token is too old",
    awsError("ExpiredToken", "too old"),
    "the AWS credentials have expired (ExpiredToken: too old)",
    EXPIRED_FIX,
  ],
  [
    "the secret belongs to another key",
    awsError("SignatureDoesNotMatch", "it differs"),
    "AWS does not accept the credentials (SignatureDoesNotMatch: it differs)",
    KEYS_FIX,
  ],
  [
    "the clock of this machine is wrong",
    awsError("SignatureDoesNotMatch", "Signature expired"),
    "AWS does not accept the credentials (SignatureDoesNotMatch: Signature expired)",
    KEYS_FIX,
  ],
  [
    "even the home region does not know the key",
    awsError("InvalidClientTokenId", "what key?"),
    "AWS does not accept the credentials (InvalidClientTokenId: what key?)",
    KEYS_FIX,
  ],
  [
    "a proxy answers in AWS's place",
    Object.assign(new SyntaxError("Unexpected token '<'\n  Deserialization error: to see"), {
      $metadata: { httpStatusCode: 403 },
    }),
    "what answers in AWS's place in us-east-1 is not AWS (HTTP 403: Unexpected token '<')",
    "check HTTPS_PROXY, NO_PROXY and AWS_ENDPOINT_URL: a proxy, or the login page of a network, answers",
  ],
  [
    "AWS does not answer",
    refused,
    "AWS does not answer in us-east-1 (ECONNREFUSED: connect ECONNREFUSED 127.0.0.1:1)",
    "check the network, the proxy and AWS_ENDPOINT_URL; `npx platform up` starts the local AWS",
  ],
])("when %s, the problem and the fix say so", async (_, error, problem, fix) => {
  const context = checkContext();
  answer(context.clients.sts, error);
  const home = answer(context.clients.homeSts, CALLER);
  expect(await credentials.run(context)).toEqual({ problems: [{ problem, fix }] });
  expect(home).not.toHaveBeenCalled();
});

test.each(["InvalidClientTokenId", "UnrecognizedClientException", "AuthFailure"])(
  "keys that only the home region accepts are valid (%s): the region is reported as not enabled",
  async (name) => {
    const context = checkContext({ PLATFORM_REGION: "af-south-1" });
    answer(context.clients.sts, awsError(name));
    answer(context.clients.homeSts, CALLER);
    expect(await credentials.run(context)).toEqual({
      problems: [
        {
          problem: "the credentials are valid, but af-south-1 is not enabled for their account",
          fix: "aws account enable-region --region-name af-south-1   # takes minutes; or set PLATFORM_REGION",
        },
      ],
    });
  },
);

test("a region that says itself that it is disabled is believed", async () => {
  const context = checkContext({ PLATFORM_REGION: "af-south-1" });
  answer(context.clients.sts, awsError("RegionDisabledException"));
  const home = answer(context.clients.homeSts, CALLER);
  expect(await credentials.run(context)).toMatchObject({
    problems: [{ problem: expect.stringContaining("af-south-1 is not enabled") }],
  });
  expect(home).not.toHaveBeenCalled();
});

test("a wrong secret is no sign of a disabled region", async () => {
  const context = checkContext({ PLATFORM_REGION: "af-south-1" });
  answer(context.clients.sts, awsError("SignatureDoesNotMatch", "it differs"));
  answer(context.clients.homeSts, CALLER);
  expect(await credentials.run(context)).toMatchObject({
    problems: [{ problem: expect.stringContaining("AWS does not accept the credentials") }],
  });
});

test("keys that no region accepts are a problem", async () => {
  const context = checkContext({ PLATFORM_REGION: "af-south-1" });
  answer(context.clients.sts, awsError("InvalidClientTokenId", "what key?"));
  answer(context.clients.homeSts, awsError("InvalidClientTokenId"));
  expect(await credentials.run(context)).toMatchObject({
    problems: [
      { problem: "AWS does not accept the credentials (InvalidClientTokenId: what key?)" },
    ],
  });
});

test.each([
  ["af-south-1", "us-east-1"],
  ["us-gov-east-1", "us-gov-west-1"],
])("accounts that use %s all have %s", (region, home) => {
  expect(homeRegion(region)).toBe(home);
});

const REPOSITORIES = { orders: "210987654321.dkr.ecr.us-east-1.amazonaws.com/platform-dev/orders" };

test("credentials for an account other than the environment's are a problem", async () => {
  const context = checkContext({}, { deployedRepositories: REPOSITORIES });
  answer(context.clients.sts, CALLER);
  expect(await credentials.run(context)).toEqual({
    problems: [
      {
        problem:
          "the credentials belong to account 123456789012, but this environment was deployed to 210987654321",
        fix: "use credentials for 210987654321, or choose another environment: export PLATFORM_SUFFIX=…",
      },
    ],
  });
});

test.each([
  "123456789012.dkr.ecr.eu-west-1.amazonaws.com/platform-dev/orders",
  "123456789012.dkr.ecr-fips.eu-west-1.amazonaws.com/platform-dev/orders",
])("a region other than the environment's is a problem (%s)", async (orders) => {
  const context = checkContext({}, { deployedRepositories: { orders } });
  answer(context.clients.sts, CALLER);
  expect(await credentials.run(context)).toEqual({
    problems: [
      {
        problem: "the region is set to us-east-1, but this environment was deployed to eu-west-1",
        fix: "export PLATFORM_REGION=eu-west-1, or choose another environment: export PLATFORM_SUFFIX=…",
      },
    ],
  });
});

test.each([
  ["in the same account", "123456789012.dkr.ecr.us-east-1.amazonaws.com/platform-dev/orders"],
  ["in a registry whose address names no account", "127.0.0.1:4566/platform-dev/orders"],
  [
    "in a mirror of another account's registry",
    "mirror.acme.com/210987654321.dkr.ecr.eu-west-1.amazonaws.com/orders",
  ],
])("repositories %s are no problem", async (_, orders) => {
  const context = checkContext({}, { deployedRepositories: { orders } });
  answer(context.clients.sts, CALLER);
  expect(await credentials.run(context)).toHaveProperty("found");
});
