import { describe, expect, test } from "vitest";
import { readConfig } from "../../../../project";
import { readEnvironments } from "../../../../spec/environment/problems";
import type { EnvironmentSettings } from "../../../../spec/environment/settings";
import { environmentProblems, environmentsWith } from "../../../support/environments";
import { fixture } from "../../../support/services";

test.each<[object, string]>([
  [
    { domain: { name: "dev.example.com" } },
    "dev.domain.hostedZone is not set; it must be a hosted",
  ],
  ...["*.example.com", "https://example.com", "Dev.example.com", "dev", "-dev.example.com"].map(
    (name): [object, string] => [
      { domain: { name, hostedZone: "example.com" } },
      `dev.domain.name is "${name}"; it must be a host name of at most 64 lower-case letters`,
    ],
  ),
  ...["10.0.0.10", `${"a".repeat(60)}.com.`, `${"a".repeat(61)}.com`].map(
    (name): [object, string] => [
      { domain: { name, hostedZone: "example.com" } },
      `dev.domain.name is "${name}"; it must be a host name`,
    ],
  ),
  [
    { domain: { name: "dev.example.com", hostedZone: "example.com." } },
    'dev.domain.hostedZone is "example.com."; it must be a host name',
  ],
  [
    { domain: { name: "anexample.com", hostedZone: "example.com" } },
    'dev.domain.name is "anexample.com"; it must be "example.com", the value of domain.hostedZone, or end with ".example.com"',
  ],
])("%j is refused with the value and the rule", (settings, message) => {
  const problem: unknown = expect.stringContaining(`environments: ${message}`);
  expect(environmentProblems(settings)).toEqual([problem]);
});

test.each<EnvironmentSettings>([
  { domain: { name: "example.com", hostedZone: "example.com" } },
  { domain: { name: "xn--bcher-kva.dev.example.com", hostedZone: "example.com" } },
  { domain: { name: "a.2nd.example.com", hostedZone: "example.com" } },
  { domain: { name: `${"a".repeat(52)}.example.com`, hostedZone: "example.com" } },
])("%j is accepted", (settings) => {
  expect(environmentProblems(settings)).toEqual([]);
});

describe("a host name", () => {
  const domain = { name: "dev.example.com", hostedZone: "example.com" };

  test("cannot belong to two environments", () => {
    const environments = { ...environmentsWith({ domain }), blue: { domain } };
    expect(readEnvironments(environments, fixture).problems).toEqual([
      'environments: blue.domain.name "dev.example.com" is also used by dev',
    ]);
  });

  test("cannot belong to all previews", () => {
    const [problem] = readEnvironments(
      { ...environmentsWith(), preview: { domain } },
      fixture,
    ).problems;
    expect(problem).toContain("is also used by every other preview");
  });

  test("is ignored on the local AWS, which has no TLS", () => {
    const local = { PLATFORM_REGISTRY: "http://127.0.0.1:4566" };
    expect(readConfig({}, environmentsWith({ domain })).config.domain).toEqual(domain);
    expect(readConfig(local, environmentsWith({ domain })).config.domain).toBeUndefined();
  });
});
