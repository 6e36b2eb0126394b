import { expect, test } from "vitest";
import { requireSameCallers } from "../../../../operations/deployment/kept-callers";

const OLD = "https://old.example.com";
const NEW = { issuer: "https://new.example.com", audience: "orders" };
const deployed = {
  tokens: { issuer: OLD, audience: "orders" },
  databases: { orders: "orders" },
};

test("another issuer, whose callers would get the accounts of the former's, is refused", () => {
  expect(() => {
    requireSameCallers(deployed, { suffix: "prod", identity: NEW });
  }).toThrow(
    expect.objectContaining({
      message:
        "prod accepts the tokens of https://old.example.com so far: whoever has the same sub at https://new.example.com would own what its callers own. Nothing was changed.",
      fix: expect.stringContaining('set identity: { …, replaces: "https://old.example.com" }'),
    }),
  );
});

test("to say that an issuer replaces another than the deployed one is not enough", () => {
  expect(() => {
    requireSameCallers(deployed, { suffix: "prod", identity: { ...NEW, replaces: NEW.issuer } });
  }).toThrow();
});

test.each([
  ["the same issuer", deployed, { ...NEW, issuer: OLD }],
  ["an issuer that replaces the former", deployed, { ...NEW, replaces: OLD }],
  ["a user pool, whose subs nobody chooses", deployed, undefined],
  ["an environment without databases", { ...deployed, databases: {} }, NEW],
  ["a first deployment", {}, NEW],
])("%s is no change of callers", (_, outputs, identity) => {
  expect(() => {
    requireSameCallers(outputs, { suffix: "prod", identity });
  }).not.toThrow();
});
