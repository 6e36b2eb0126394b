import { expect, test } from "vitest";
import { listSecrets } from "../../../../operations/secrets/secret-list";
import { readConfig } from "../../../../project";
import { fixture } from "../../../support/services";

const LICENSE = "arn:aws:ssm:us-east-1:123456789012:parameter/license";
const changed = new Date("2026-11-30T10:00:00Z");

test("each secret is listed as set, missing or kept elsewhere, and so is what has left the catalogue", () => {
  const services = {
    ...fixture,
    web: { ...fixture.web, secrets: { STRIPE_KEY: true, LICENSE, OTHER: true } as const },
  };
  const stored = [
    { service: "web", name: "STRIPE_KEY", changed },
    { service: "web", name: "OLD", changed },
    { service: "orders", name: "STRIPE_KEY", changed: undefined },
    { service: "web", name: "LICENSE", changed },
  ].map((each) => ({ ...each, parameter: `/platform-dev/${each.service}/${each.name}` }));
  const [state, detail] = ["not in the catalogue", "2026-11-30T10:00:00.000Z"];
  expect(listSecrets(readConfig({}).config, services, stored)).toEqual([
    { service: "web", name: "STRIPE_KEY", state: "set", detail },
    { service: "web", name: "LICENSE", state: "elsewhere", detail: LICENSE },
    { service: "web", name: "OTHER", state: "missing", detail: "" },
    { service: "web", name: "OLD", state, detail },
    { service: "orders", name: "STRIPE_KEY", state, detail: "" },
    { service: "web", name: "LICENSE", state, detail },
  ]);
});
