import { expect, test } from "vitest";
import { parameterToRemove, requireSettable } from "../../../../operations/secrets/named-secret";
import { readConfig } from "../../../../project";
import type { Services } from "../../../../spec/service/spec";
import { fixture } from "../../../support/services";

const LICENSE = "arn:aws:ssm:us-east-1:123456789012:parameter/license";
const { config } = readConfig({});
const services: Services = {
  ...fixture,
  web: { ...fixture.web, secrets: { STRIPE_KEY: true, LICENSE } },
};
const settable = (service: string, name: string) => () => {
  requireSettable(config, services, service, name);
};

test("a secret of the catalogue can be set", () => {
  expect(settable("web", "STRIPE_KEY")).not.toThrow();
});

test.each([
  ["wbe", "STRIPE_KEY", "no service of that name; did you mean web? (valid names: web, orders,"],
  ["web", "STRIPE_KYE", "web has no secret of that name; did you mean STRIPE_KEY?"],
  ["orders", "STRIPE_KEY", "orders has no secrets."],
  ["web", "LICENSE", `LICENSE of web is kept elsewhere: ${LICENSE}`],
  ["toString", "STRIPE_KEY", "no service of that name"],
])("%s %s is refused", (service, name, problem) => {
  expect(settable(service, name)).toThrow(problem);
});

test("a name that may be the value is not repeated", () => {
  expect(settable("web", "sk_live_1")).not.toThrow("sk_live_1");
  expect(settable("web", "STRIPE_KEY=sk_live_1")).not.toThrow("sk_live_1");
  expect(settable("sk_live_1", "STRIPE_KEY")).not.toThrow("sk_live_1");
});

test("the local AWS keeps what has an ARN elsewhere", () => {
  const local = readConfig({
    PLATFORM_REGISTRY: "http://127.0.0.1:4566",
    PLATFORM_SUFFIX: "local",
  });
  expect(() => {
    requireSettable(local.config, services, "web", "LICENSE");
  }).not.toThrow();
});

const stored = [
  { parameter: "/platform-dev/web/OLD", service: "web", name: "OLD", changed: undefined },
  { parameter: "/platform-dev/gone/KEY", service: "gone", name: "KEY", changed: undefined },
];
const removable = (service: string, name: string) =>
  parameterToRemove({ config, services }, stored, service, name);

test("what is set can be removed, also of a service or a name that has left the catalogue", () => {
  expect(removable("web", "OLD")).toBe("/platform-dev/web/OLD");
  expect(removable("gone", "KEY")).toBe("/platform-dev/gone/KEY");
});

test.each([
  ["web", "STRIPE_KEY", "STRIPE_KEY of web is not set."],
  ["web", "LICENSE", "LICENSE of web is kept elsewhere"],
  ["web", "OLDE", "did you mean OLD?"],
  ["gon", "KEY", "did you mean gone?"],
])("there is no %s %s to remove", (service, name, problem) => {
  expect(() => removable(service, name)).toThrow(problem);
});
