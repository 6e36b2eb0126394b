import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SSMClient } from "@aws-sdk/client-ssm";
import { expect, test, vi } from "vitest";
import { revisionSecrets } from "../../../../operations/rollouts/revision-secrets";
import { awsError } from "../../../support/preflight";

const SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:stripe-AbCdEf";
const PARAMETER = "arn:aws:ssm:eu-west-1:123456789012:parameter/license";

/** What became of these secrets, and what was asked. */
async function statesOf(
  { parameter, secret }: { parameter?: unknown; secret?: unknown },
  ...valuesFrom: readonly string[]
) {
  const asked: unknown[] = [];
  const answer = (reply: unknown) => async (command: { input: object }) => {
    asked.push(command.input);
    if (reply instanceof Error) throw reply;
    return Promise.resolve(reply);
  };
  // Of the clients' many overloads, what is called.
  const prototypes: { send: (...args: never[]) => unknown }[] = [
    SSMClient.prototype,
    SecretsManagerClient.prototype,
  ];
  const [parameters, secrets] = prototypes;
  if (parameters) vi.spyOn(parameters, "send").mockImplementation(answer(parameter));
  if (secrets) vi.spyOn(secrets, "send").mockImplementation(answer(secret));
  const containers = valuesFrom.map((valueFrom) => ({ secrets: [{ name: "KEY", valueFrom }] }));
  // A container without secrets, and one whose secret has no place.
  const containerDefinitions = [{}, { secrets: [{ name: "KEY", valueFrom: undefined }] }];
  const all = [...containerDefinitions, ...containers];
  const settings = { region: "us-east-1" };
  const found = await revisionSecrets({ containerDefinitions: all }, "us-east-1", settings);
  return { states: found.map(({ state }) => state), found, asked };
}

const filtered = (...Values: readonly string[]) =>
  expect.objectContaining({
    ParameterFilters: [{ Key: "Name", Option: "Equals", Values }],
  }) as object;

test("a parameter is looked for by its name", async () => {
  const there = await statesOf({ parameter: { Parameters: [{}] } }, "/platform-dev/web/KEY");
  expect(there.states).toEqual(["there"]);
  expect(there.asked).toEqual([filtered("/platform-dev/web/KEY")]);
  expect((await statesOf({ parameter: {} }, "/platform-dev/web/KEY")).states).toEqual(["gone"]);
});

test("a parameter with an ARN may have a slash before its name, or none", async () => {
  const { states, asked } = await statesOf({ parameter: { Parameters: [{}] } }, PARAMETER);
  expect(states).toEqual(["there"]);
  expect(asked).toEqual([filtered("/license", "license")]);
});

test("a secret is asked for once, whichever keys of its JSON are read", async () => {
  const { found, asked } = await statesOf(
    { secret: {} },
    SECRET,
    `${SECRET}:username::`,
    `${SECRET}:password::`,
  );
  expect(found).toEqual([{ valueFrom: SECRET, state: "there" }]);
  expect(asked).toEqual([{ SecretId: SECRET }]);
});

test("a version of a secret is one that Secrets Manager still lists, or may delete", async () => {
  const secret = { VersionIdsToStages: { "version-2": ["AWSCURRENT"] } };
  const place = (version: string) => `${SECRET}:password::${version}`;
  expect((await statesOf({ secret }, place("version-2"))).states).toEqual(["there"]);
  const { found } = await statesOf({ secret }, place("version-1"));
  expect(found).toEqual([{ valueFrom: `${SECRET}:::version-1`, state: "version not listed" }]);
  expect((await statesOf({ secret: {} }, place("version-1"))).states).toEqual([
    "version not listed",
  ]);
});

test.each<[string, unknown, string]>([
  ["that will be deleted", { DeletedDate: new Date() }, "gone"],
  ["that is not found", awsError("ResourceNotFoundException"), "gone"],
  ["that the caller may not see", awsError("AccessDeniedException"), "not told"],
])("a secret %s is %s", async (_, secret, state) => {
  expect((await statesOf({ secret }, SECRET)).states).toEqual([state]);
});

test("any other error says nothing of a secret, and ends the check", async () => {
  const throttled = awsError("ThrottlingException");
  await expect(statesOf({ secret: throttled }, SECRET)).rejects.toBe(throttled);
});

test("a revision without containers reads no secrets", async () => {
  expect(await revisionSecrets({}, "us-east-1", { region: "us-east-1" })).toEqual([]);
});
