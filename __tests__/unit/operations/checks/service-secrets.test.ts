import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { DescribeParametersCommand, SSMClient } from "@aws-sdk/client-ssm";
import { beforeEach, expect, test, vi } from "vitest";
import { missingSecretLines } from "../../../../operations/checks/phase";
import { serviceSecrets } from "../../../../operations/checks/service-secrets";
import type { ServiceSecrets } from "../../../../spec/service/secrets";
import { answer, awsError, checkContext } from "../../../support/preflight";
import { fixture } from "../../../support/services";

const PARAMETER = "arn:aws:ssm:us-east-1:123456789012:parameter/acme/license" as const;
const SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:acme/stripe-AbCdEf" as const;

interface Account {
  /** The names of its parameters, or why they cannot be listed. */
  readonly parameters?: readonly string[] | Error;
  /** The key that AWS tells of each. */
  readonly key?: string;
  /** What Secrets Manager says of any secret. */
  readonly secret?: unknown;
}

let regions: unknown[];
beforeEach(() => {
  regions = [];
});

function contextOf(
  secrets: ServiceSecrets,
  { parameters = [], key, secret = {} }: Account = {},
  variables: Record<string, string> = {},
) {
  const context = checkContext(variables, {
    services: { ...fixture, web: { ...fixture.web, secrets } },
  });
  answer(context.clients.sts, { Account: "123456789012" });
  const asked = vi.spyOn(SSMClient.prototype, "send").mockImplementation(function (
    this: SSMClient,
    command,
  ) {
    regions.push(this.config.region());
    if (parameters instanceof Error) throw parameters;
    if (!(command instanceof DescribeParametersCommand)) throw new Error("reads a value");
    const [{ Key, Values = [] } = {}] = command.input.ParameterFilters ?? [];
    const found = parameters.filter((name) =>
      Values.some((value) => (Key === "Path" ? name.startsWith(`${value}/`) : name === value)),
    );
    return { Parameters: found.map((Name) => ({ Name, KeyId: key })) };
  });
  vi.spyOn(SecretsManagerClient.prototype, "send").mockImplementation(function (
    this: SecretsManagerClient,
  ) {
    regions.push(this.config.region());
    if (secret instanceof Error) throw secret;
    return secret;
  });
  return { context, asked };
}

test("a catalogue without secrets asks AWS nothing", async () => {
  const { context, asked } = contextOf([]);
  expect(await serviceSecrets.run(context)).toEqual({ found: "no service has secrets" });
  expect(asked).not.toHaveBeenCalled();
});

test("secrets that are set are counted", async () => {
  const { context } = contextOf(["A", "B"], {
    parameters: ["/platform-dev/web/A", "/platform-dev/web/B"],
  });
  expect(await serviceSecrets.run(context)).toEqual({ found: "2 exist" });
});

test.each<[string, Record<string, string>, string]>([
  ["an environment", {}, "npx platform secret set dev web B"],
  ["a preview", { PLATFORM_SUFFIX: "pr-7" }, "npx platform secret set preview web B"],
  [
    "the local AWS",
    { PLATFORM_SUFFIX: "local", PLATFORM_REGISTRY: "http://127.0.0.1:4566" },
    'eval "$(npx platform env)" && npx platform secret set local web B',
  ],
])("each missing secret of %s comes with the command that sets it", async (_, variables, fix) => {
  const folder = fix.replace(/^.* set (\w+) .*$/, "/platform-$1/web");
  const { context } = contextOf(["A", "B"], { parameters: [`${folder}/A`] }, variables);
  expect(await serviceSecrets.run(context)).toEqual({
    problems: [{ problem: "the secret B of web is not set", fix }],
  });
});

test("another environment's secret does not count", async () => {
  const { context } = contextOf(["A"], { parameters: ["/platform-prod/web/A"] });
  expect(await serviceSecrets.run(context)).toHaveProperty("problems");
});

test("what the catalogue names by its ARN is looked up, each in its own region", async () => {
  const { context } = contextOf(
    { LICENSE: PARAMETER, STRIPE_KEY: `${SECRET}:key::` },
    { parameters: ["/acme/license"] },
  );
  expect(await serviceSecrets.run(context)).toEqual({ found: "2 exist" });
  expect(await Promise.all(regions)).toEqual(["us-east-1", "eu-west-1"]);
});

test.each<[string, ServiceSecrets, Account, string]>([
  ["parameter", { KEY: PARAMETER }, {}, "does not exist"],
  ["secret", { KEY: SECRET }, { secret: awsError("ResourceNotFoundException") }, "does not exist"],
  ["secret", { KEY: SECRET }, { secret: { DeletedDate: new Date() } }, "is marked for deletion"],
])("a %s of %j that is not there is a problem", async (_, secrets, account, problem) => {
  const { context } = contextOf(secrets, account);
  const arn = Object.values(secrets).join("");
  expect(await serviceSecrets.run(context)).toEqual({
    problems: [
      {
        problem: `the secret KEY of web ${problem}: ${arn}`,
        fix: "create it there, or correct its ARN in services/index.ts",
      },
    ],
  });
});

const FOREIGN = [
  "arn:aws:ssm:us-east-1:210987654321:parameter/acme/license",
  "arn:aws:secretsmanager:us-east-1:210987654321:secret:acme/stripe-AbCdEf",
] as const;
test.each(FOREIGN)("%s, of another account, is refused", async (foreign) => {
  const { context, asked } = contextOf({ KEY: foreign }, { parameters: ["/acme/license"] });
  expect(await serviceSecrets.run(context)).toEqual({
    problems: [
      {
        problem: `the secret KEY of web is in the account 210987654321, whose key no role of a task may use: ${foreign}`,
        fix: "keep it in 123456789012: create it there, or write KEY: true in services/index.ts and let npx platform secret set it",
      },
    ],
  });
  expect(asked).not.toHaveBeenCalled();
});

const KEY = "arn:aws:kms:us-east-1:123456789012:key/0a1b";
test.each<[string, Account, string]>([
  [
    PARAMETER,
    { parameters: ["/acme/license"], key: KEY },
    "aws ssm put-parameter --region us-east-1 --name /acme/license --type SecureString --key-id alias/aws/ssm --overwrite --value file://FILE",
  ],
  [
    "arn:aws:ssm:us-east-1:123456789012:parameter/license",
    { parameters: ["license"], key: KEY },
    "aws ssm put-parameter --region us-east-1 --name license --type SecureString --key-id alias/aws/ssm --overwrite --value file://FILE",
  ],
  [
    `${SECRET}:key::`,
    { secret: { KmsKeyId: KEY } },
    `aws secretsmanager update-secret --region eu-west-1 --secret-id ${SECRET} --kms-key-id alias/aws/secretsmanager`,
  ],
])("%s, with a key of one's own, is refused", async (arn, account, command) => {
  const { context } = contextOf({ KEY: arn as typeof SECRET }, account);
  expect(await serviceSecrets.run(context)).toEqual({
    problems: [
      {
        problem: `the secret KEY of web is encrypted with the KMS key ${KEY}, which no role of a task may use: ${arn}`,
        fix: `encrypt it with the account's own key: ${command}`,
      },
    ],
  });
});

test.each<[string, Account]>([
  [PARAMETER, { parameters: ["/acme/license"], key: "alias/aws/ssm" }],
  [SECRET, { secret: { KmsKeyId: "alias/aws/secretsmanager" } }],
])("%s, with the account's own key, may be read", async (arn, account) => {
  const { context } = contextOf({ KEY: arn as typeof SECRET }, account);
  expect(await serviceSecrets.run(context)).toEqual({ found: "1 exist" });
});

test.each<[string, ServiceSecrets, Account]>([
  ["secret", { KEY: SECRET }, { secret: awsError("AccessDeniedException") }],
  ["parameter", { KEY: PARAMETER }, { parameters: awsError("AccessDeniedException") }],
])("a %s that AWS denies is not checked, and that is said", async (_, secrets, account) => {
  const { context } = contextOf(secrets, account);
  expect(await serviceSecrets.run(context)).toEqual({
    found: `0 exist; AWS does not tell about ${Object.values(secrets).join("")}`,
  });
});

test("a caller that may not list the environment's own is told so by the check's error", async () => {
  const { context } = contextOf(["A"], { parameters: awsError("AccessDeniedException") });
  await expect(serviceSecrets.run(context)).rejects.toThrow();
});

test("a plan says what a deployment would stop at", async () => {
  const settings = { endpoint: "http://127.0.0.1:1", maxAttempts: 1 };
  const { context } = contextOf([]);
  expect(await missingSecretLines({ ...context, clientSettings: settings })).toEqual([]);
  const { context: lacking } = contextOf(["A"]);
  const lines = await missingSecretLines(lacking);
  // Nothing answers there.
  expect(lines[0]).toBe("A deployment would stop before its first change:");
});
