import { expect, test } from "vitest";
import { readConfig } from "../../../../project";
import { environmentProblems, environmentsWith } from "../../../support/environments";
import { fixture } from "../../../support/services";

test.each<[object, string]>([
  ...[
    "http://login.example.com",
    "login.example.com",
    "https://login.example.com/?tenant=1",
    "https://login.example.com/?",
    "https://login.example.com/#",
    "https://user@login.example.com",
    "javascript:alert(1)",
  ].map((issuer): [object, string] => [
    { identity: { issuer, audience: "orders" } },
    `dev.identity.issuer is "${issuer}"; it must be an https URL without user, query or fragment`,
  ]),
  [
    { identity: { issuer: "https://login.example.com:8443", audience: "orders" } },
    'dev.identity.issuer is "https://login.example.com:8443"; it cannot have a port: tasks reach HTTPS at port 443 alone',
  ],
  [
    {
      identity: {
        issuer: "https://login.example.com/a/.well-known/openid-configuration",
        audience: "orders",
      },
    },
    'dev.identity.issuer is "https://login.example.com/a/.well-known/openid-configuration"; that is its document; the issuer is "https://login.example.com/a"',
  ],
  ...[
    ["https://Login.example.com/a", "https://login.example.com/a"],
    ["https://login.example.com:443/a", "https://login.example.com/a"],
    ["https://login.example.com/b/../a", "https://login.example.com/a"],
    ["https://login.example.com/${a}", "https://login.example.com/$%7Ba%7D"],
    [" https://login.example.com/a", "https://login.example.com/a"],
  ].map(([issuer, written]): [object, string] => [
    { identity: { issuer, audience: "orders" } },
    `dev.identity.issuer is "${issuer}"; it must be written "${written}"`,
  ]),
  [
    { identity: { issuer: "https://login.example.com//", audience: "orders" } },
    'dev.identity.issuer is "https://login.example.com//"; it must end with one slash at most',
  ],
  [
    { identity: { audience: "orders" } },
    "dev.identity.issuer is not set; it must be an issuer such as https://login",
  ],
  [
    { identity: { issuer: "https://login.example.com", audience: "" } },
    'dev.identity.audience is ""; it must be the audience of its access tokens',
  ],
  [
    { identity: { issuer: "https://login.example.com", audience: "my orders" } },
    'dev.identity.audience is "my orders"; it must be visible ASCII characters, no spaces',
  ],
  [{ identity: "cognito" }, 'dev.identity is "cognito"; it must be { issuer: "…", audience: "…" }'],
])("%j is refused with the value and the rule", (settings, message) => {
  const problem: unknown = expect.stringContaining(`environments: ${message}`);
  expect(environmentProblems(settings)).toEqual([problem]);
});

test.each([
  "https://login.example.com",
  "https://login.example.com/",
  "https://login.example.com/tenant",
  "https://login.example.com/tenant/",
  "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Ab12Cd34e",
])("%s is an issuer, which tokens must name letter by letter", (issuer) => {
  const identity = { issuer, audience: "api://orders" };
  expect(environmentProblems({ identity })).toEqual([]);
  expect(readConfig({}, environmentsWith({ identity }), fixture).config.identity).toEqual(identity);
});

test("an issuer and an audience have at most 512 characters", () => {
  const ofLength = (length: number) => ({
    issuer: "https://login.example.com/".padEnd(length, "a"),
    audience: "b".repeat(length),
  });
  expect(environmentProblems({ identity: ofLength(512) })).toEqual([]);
  expect(environmentProblems({ identity: ofLength(513) })).toEqual([
    `environments: dev.identity.issuer is "https://login.example.com/${"a".repeat(53)}…; it must have at most 512 characters`,
    `environments: dev.identity.audience is "${"b".repeat(79)}…; it must have at most 512 characters`,
  ]);
});
