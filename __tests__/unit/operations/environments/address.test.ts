import { expect, test } from "vitest";
import { addressSentence, callersSentence } from "../../../../operations/environments/address";
import { readConfig } from "../../../../project";
import { environmentsWith } from "../../../support/environments";

test("without a domain a deployment ends with the address and a warning about plain HTTP", () => {
  const sentence = addressSentence(
    readConfig({}).config,
    "http://platform-dev-1.elb.amazonaws.com",
  );
  expect(sentence).toContain(
    "answers at http://platform-dev-1.elb.amazonaws.com. This is plain HTTP",
  );
  expect(sentence).toContain("set a domain in environments.ts");
});

test("with a domain a deployment ends with only the domain's address", () => {
  const domain = { name: "dev.example.com", hostedZone: "example.com" };
  const { config } = readConfig({}, environmentsWith({ domain }));
  const sentence = addressSentence(config, "https://dev.example.com");
  expect(sentence).toContain("answers at https://dev.example.com.");
  expect(sentence).not.toContain("plain HTTP");
});

test("on the local AWS a deployment ends with the address that answers there", () => {
  const { config } = readConfig({ PLATFORM_REGISTRY: "http://127.0.0.1:4566" });
  expect(addressSentence(config, "http://platform-dev-1.elb.amazonaws.com")).toBe(
    "The platform answers at http://127.0.0.1:4566/_alb/platform-dev/.",
  );
});

test("a deployment says whose tokens its callers send, and how to get one", () => {
  expect(callersSentence(readConfig({}).config)).toContain("npx platform token dev");
  const identity = { issuer: "https://login.example.com", audience: "orders" };
  const { config } = readConfig({}, environmentsWith({ identity }));
  expect(callersSentence(config)).toBe(
    "Its callers send access tokens of https://login.example.com for the audience orders.",
  );
});
