import { describe, expect, test } from "vitest";
import { additions } from "../../../additions";
import { environments } from "../../../environments";
import { brokenPromises } from "../../../policy/promises";
import { accountSetup, asSet, references, withOtherDomain } from "../../../policy/variants";
import { services } from "../../../services";
import { defineServices } from "../../../spec/service/spec";
import { additions as example } from "../../support/additions";

describe("the architecture keeps its promises", () => {
  test.each([
    ...asSet(services, environments, additions),
    ...withOtherDomain(services, environments, additions),
  ])("in $title, with the services of the catalogue", async (variant) => {
    expect(await brokenPromises(variant)).toEqual([]);
  });

  test.each(references())("in $title, with a service of each kind", async (variant) => {
    expect(await brokenPromises(variant)).toEqual([]);
  });

  test("with the cache of docs/additions.md", async () => {
    const [dev] = asSet(services, environments, example);
    expect(dev && (await brokenPromises(dev))).toEqual([]);
  });

  test("in the setup of an account", async () => {
    expect(await brokenPromises(accountSetup())).toEqual([]);
  });
});

test("a permission of the catalogue, or of additions.ts, is judged as every other grant", async () => {
  const every = { actions: ["s3:GetObject"], resources: ["*"] } as const;
  const catalogue = defineServices({
    web: {
      port: 80,
      health: "/",
      size: { cpu: 256, memory: 512 },
      permissions: [{ actions: ["s3:Get*"], resources: ["arn:aws:s3:::acme-templates/*"] }],
    },
  });
  const written = { preview: {}, local: {}, dev: {} };
  const [, , dev] = asSet(catalogue, written, () => ({ web: { permissions: [every] } }));
  expect(dev?.title).toBe("dev");
  const found = dev ? await brokenPromises(dev) : [];
  expect(found).toEqual([
    expect.stringMatching(/^No policy grants.*\n.*task-permissions_.*: it allows s3:Get\*\n/),
    expect.stringMatching(/^No policy grants.*\n.*it allows s3:GetObject on every resource\n/),
    expect.stringMatching(/^No policy grants.*\n.*s3-endpoint_.*: it allows s3:Get\*\n/),
  ]);
});
