import { expect, test } from "vitest";
import {
  addressSentence,
  callersSentence,
  platformUrl,
} from "../../../../operations/environments/address";
import { readConfig } from "../../../../project";
import { environmentsWith } from "../../../support/environments";

const ADDRESS = "http://platform-dev-1.elb.amazonaws.com";

test("without a domain a deployment ends with the address and a warning about plain HTTP", () => {
  expect(addressSentence(readConfig({}).config, ADDRESS)).toBe(
    `The platform answers at ${ADDRESS}. This is plain HTTP, readable in transit: set a domain in environments.ts before it serves users.`,
  );
});

test("with a domain a deployment ends with only the domain's address", () => {
  const domain = { name: "dev.example.com", hostedZone: "example.com" };
  const { config } = readConfig({}, environmentsWith({ domain }));
  expect(addressSentence(config, "https://dev.example.com")).toBe(
    "The platform answers at https://dev.example.com. A new name takes a few minutes to propagate.",
  );
});

test("on the local AWS a deployment ends with the address that answers there", () => {
  const { config } = readConfig({ PLATFORM_REGISTRY: "http://127.0.0.1:4566" });
  expect(addressSentence(config, ADDRESS)).toBe(
    "The platform answers at http://127.0.0.1:4566/_alb/platform-dev/.",
  );
});

test("a deployment says whose tokens its callers send, and how to get one", () => {
  expect(callersSentence(readConfig({}).config)).toBe(
    "Its callers send access tokens of its user pool; for one to try out: npx platform token dev",
  );
  const identity = { issuer: "https://login.example.com", audience: "orders" };
  const { config } = readConfig({}, environmentsWith({ identity }));
  expect(callersSentence(config)).toBe(
    "Its callers send access tokens of https://login.example.com for the audience orders.",
  );
});

test("the platform's URL is its output, except where that does not resolve", () => {
  expect(platformUrl(readConfig({}).config, ADDRESS)).toBe(ADDRESS);
  const { config } = readConfig({ PLATFORM_REGISTRY: "http://127.0.0.1:4566" });
  expect(platformUrl(config, ADDRESS)).toBe("http://127.0.0.1:4566/_alb/platform-dev");
});
