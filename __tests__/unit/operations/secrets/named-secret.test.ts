import { expect, test } from "vitest";
import { parameterToRemove, requireSettable } from "../../../../operations/secrets/named-secret";
import { readConfig } from "../../../../project";
import type { Services } from "../../../../spec/service/spec";
import { refusal } from "../../../support/refusal";
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
  [
    "wbe",
    "STRIPE_KEY",
    "no service of that name; did you mean web? (valid names: web, orders,",
    "Name the environment, the service and the variable: npx platform secret set",
  ],
  [
    "web",
    "STRIPE_KYE",
    "web has no secret of that name; did you mean STRIPE_KEY?",
    'Add it to the service in services/index.ts first: secrets: ["STRIPE_KEY"]',
  ],
  ["orders", "STRIPE_KEY", "orders has no secrets.", "Add it to the service"],
  ["web", "LICENSE", `LICENSE of web is kept elsewhere: ${LICENSE}`, "Change it there"],
  ["toString", "STRIPE_KEY", "no service of that name", "Name the environment"],
])("%s %s is refused, with what to do", (service, name, problem, fix) => {
  expect(settable(service, name)).toThrow(refusal(problem, fix));
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
  ["web", "STRIPE_KEY", "STRIPE_KEY of web is not set.", "There is nothing to remove."],
  ["web", "LICENSE", "LICENSE of web is kept elsewhere", "Change it there"],
  ["web", "OLDE", "did you mean OLD? (valid names: STRIPE_KEY, LICENSE, OLD)", "Add it"],
  ["gone", "KYE", "gone has no secret of that name; did you mean KEY? (valid names: KEY)", ""],
  ["gon", "KEY", "did you mean gone?", "Name the environment"],
])("there is no %s %s to remove", (service, name, problem, fix) => {
  expect(() => removable(service, name)).toThrow(refusal(problem, fix));
});
