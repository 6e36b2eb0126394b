import path from "node:path";
import { expect, test } from "vitest";
import { REACHED, markdownWith, shop } from "../../../support/handbook";

const sample = (name: string) => path.join(import.meta.dirname, "samples", `${name}.md`);

// A person on call reads the whole page, so a reviewer does too: `npx vitest run -u` writes what has changed.
test("the handbook of an environment that runs, with every kind of service", async () => {
  const alarms = { emails: ["on-call@example.com"], webhooks: ["https://alarms.example.com/key"] };
  const text = markdownWith({ services: shop, settings: { alarms }, running: REACHED });
  await expect(text).toMatchFileSnapshot(sample("running"));
});

test("the handbook of a protected environment with a domain, which AWS says nothing of", async () => {
  const settings = {
    protected: true,
    domain: { name: "shop.example.com", hostedZone: "example.com" },
    identity: { issuer: "https://login.example.com/tenant", audience: "shop" },
    promoteFrom: { environment: "green" },
    exec: true,
    alarms: false,
  } as const;
  const variables = { PLATFORM_BACKEND: "s3", PLATFORM_STATE_BUCKET: "acme-states" };
  const text = markdownWith({ services: shop, settings, variables });
  await expect(text).toMatchFileSnapshot(sample("protected"));
});

test("the handbook of one service with a sidecar, on the local AWS, in sources that are no repository", async () => {
  const size = { cpu: 256, memory: 512 } as const;
  const proxy = { folder: "sidecars/otel-collector" };
  const services = { web: { port: 8080, health: "/health", size, path: "/", sidecars: { proxy } } };
  const variables = { PLATFORM_REGISTRY: "http://127.0.0.1:4566" };
  const sources = { commit: undefined, changed: false };
  const text = markdownWith({ services, variables, sources, settings: { alarms: false } });
  await expect(text).toMatchFileSnapshot(sample("local"));
});
