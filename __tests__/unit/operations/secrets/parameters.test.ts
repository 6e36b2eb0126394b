import {
  DeleteParametersCommand,
  DescribeParametersCommand,
  PutParameterCommand,
  SSMClient,
} from "@aws-sdk/client-ssm";
import { expect, test, vi } from "vitest";
import {
  deleteParameters,
  putSecret,
  storedSecrets,
} from "../../../../operations/secrets/parameters";
import { answer, awsError } from "../../../support/preflight";

const dev = { name: "platform", suffix: "dev" };
const CHANGED = new Date("2026-11-30T10:00:00Z");

function clientOf(reply: unknown) {
  const ssm = new SSMClient({ region: "us-east-1" });
  return { ssm, asked: answer(ssm, reply) };
}

test("the list asks for what is known without a value, and takes the platform's own names", async () => {
  const names = [
    "/platform-dev/web/STRIPE_KEY",
    "/platform-dev/web/deeper/KEY",
    "/platform-dev/LONE",
    "/platform-dev2/web/OTHER",
  ];
  const { ssm, asked } = clientOf({
    Parameters: names.map((Name) => ({ Name, LastModifiedDate: CHANGED })),
  });
  expect(await storedSecrets(ssm, dev)).toEqual([
    {
      parameter: "/platform-dev/web/STRIPE_KEY",
      service: "web",
      name: "STRIPE_KEY",
      changed: CHANGED,
    },
  ]);
  const [command] = asked.mock.lastCall ?? [];
  expect(command).toBeInstanceOf(DescribeParametersCommand);
  expect((command as DescribeParametersCommand).input.ParameterFilters).toEqual([
    { Key: "Path", Option: "Recursive", Values: ["/platform-dev"] },
  ]);
});

test("the list has every page", async () => {
  const ssm = new SSMClient({ region: "us-east-1" });
  const pages = [
    { NextToken: "1" },
    { Parameters: [{}], NextToken: "2" },
    { Parameters: [{ Name: "/platform-dev/web/KEY" }] },
  ];
  vi.spyOn(ssm, "send").mockImplementation(() => pages.shift());
  expect((await storedSecrets(ssm, dev)).map(({ name }) => name)).toEqual(["KEY"]);
});

test("a secret is set as an encrypted parameter of the tier that is free, over a former value", async () => {
  const { ssm, asked } = clientOf({});
  await putSecret(ssm, dev, { service: "web", name: "KEY", value: "sesame" });
  const [command] = asked.mock.lastCall ?? [];
  expect(command).toBeInstanceOf(PutParameterCommand);
  expect((command as PutParameterCommand).input).toEqual({
    Name: "/platform-dev/web/KEY",
    Value: "sesame",
    Type: "SecureString",
    Tier: "Standard",
    Overwrite: true,
  });
});

test("a failure does not repeat the value, even where AWS does", async () => {
  const { ssm } = clientOf(awsError("ValidationException", "Value 'sesame' at 'value' is wrong"));
  const put = putSecret(ssm, dev, { service: "web", name: "KEY", value: "sesame" });
  await expect(put).rejects.toThrow("KEY of web could not be set: ValidationException: Value '…'");
  await expect(put).rejects.not.toThrow("sesame");
});

test("any other failure says that the former value still applies", async () => {
  const { ssm } = clientOf(awsError("InternalServerError"));
  await expect(
    putSecret(ssm, dev, { service: "web", name: "KEY", value: "sesame" }),
  ).rejects.toThrow("→ Fix the cause and run the command again; the value that was set before");
});

test("a caller that may not set it learns the permission", async () => {
  const { ssm } = clientOf(awsError("AccessDeniedException"));
  await expect(
    putSecret(ssm, dev, { service: "web", name: "KEY", value: "sesame" }),
  ).rejects.toThrow("→ The caller needs ssm:PutParameter on the parameter /platform-dev/web/KEY");
});

test("parameters are removed ten at a time, as AWS takes them", async () => {
  const { ssm, asked } = clientOf({});
  const names = [...Array(11).keys()].map((at) => `/platform-dev/web/K${at}`);
  await deleteParameters(ssm, names);
  const sent = asked.mock.calls.map(([command]) => (command as DeleteParametersCommand).input);
  expect(sent.map(({ Names }) => Names?.length)).toEqual([10, 1]);
  await deleteParameters(ssm, []);
  expect(asked).toHaveBeenCalledTimes(2);
});
