import { expect, test, vi } from "vitest";
import { issuer } from "../../../../operations/checks/issuer";
import { checkContext } from "../../../support/preflight";

const ISSUER = "https://login.example.com/tenant";
const PLACE = `${ISSUER}/.well-known/openid-configuration`;

/** The request for the document, which waits for a limited time. */
const ONCE = [PLACE, { signal: expect.any(AbortSignal) as unknown }];
const FIX = "set identity.issuer in environments.ts to the `iss` of its tokens";

/** The result where the issuer's document is this; nothing answers without one. */
async function check(document?: object | string, { status = 200, given = ISSUER } = {}) {
  const asked = vi.spyOn(globalThis, "fetch").mockImplementation(async () => {
    if (document === undefined) throw new TypeError("fetch failed");
    if (typeof document === "string") return Promise.resolve(new Response(document, { status }));
    return Promise.resolve(Response.json(document, { status }));
  });
  const settings = { identity: { issuer: given, audience: "orders" } };
  const result = await issuer.run(checkContext({}, {}, settings));
  return { result, asked: asked.mock.calls };
}

test("an environment with a user pool asks nobody", async () => {
  const asked = vi.spyOn(globalThis, "fetch");
  expect(await issuer.run(checkContext())).toEqual({ found: "a user pool of the environment" });
  expect(asked).not.toHaveBeenCalled();
});

test("the document of an issuer names it, and keys that tasks reach", async () => {
  const document = { issuer: ISSUER, jwks_uri: "https://keys.example.com/jwks" };
  expect(await check(document)).toEqual({ result: { found: ISSUER }, asked: [ONCE] });
});

test("an issuer with a slash at its end has its document at the same place", async () => {
  const given = `${ISSUER}/`;
  const document = { issuer: given, jwks_uri: "https://keys.example.com/jwks" };
  expect(await check(document, { given })).toEqual({ result: { found: given }, asked: [ONCE] });
});

test("an issuer that this machine cannot reach is no problem", async () => {
  expect((await check()).result).toEqual({
    found: `${ISSUER}, which does not answer this machine`,
  });
});

test.each<[object | string, number, string, string]>([
  [
    { issuer: `${ISSUER}/`, jwks_uri: "https://keys.example.com" },
    200,
    `${PLACE} is the document of "${ISSUER}/"; services would refuse its tokens`,
    `set identity.issuer in environments.ts to "${ISSUER}/"`,
  ],
  [{ error: "no such tenant" }, 404, `${PLACE} answers 404 and no document of an issuer`, FIX],
  [[], 200, `${PLACE} answers 200 and no document of an issuer`, FIX],
  ["<html>", 200, `${PLACE} answers 200 and no document of an issuer`, FIX],
  ...["http://keys.example.com", "https://keys.example.com:8443", "keys", undefined].map(
    (jwks_uri): [object | string, number, string, string] => [
      { issuer: ISSUER, jwks_uri },
      200,
      `${ISSUER} keeps its keys at ${JSON.stringify(jwks_uri)}, but tasks reach HTTPS at port 443 alone`,
      "have the issuer serve its keys there",
    ],
  ),
])("a document that says %j (%i) is a problem", async (document, status, problem, fix) => {
  const { result } = await check(document, { status });
  expect(result).toEqual({ problems: [{ problem, fix }] });
});
