import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { request } from "node:http";
import Fastify, { type FastifyInstance } from "fastify";
import { exportSPKI, importJWK, UnsecuredJWT } from "jose";
import { afterEach, beforeEach, describe, it, vi } from "vitest";
import { callerHooks } from "../../src/identity/callers.js";
import type { IdentitySettings } from "../../src/identity/identity-settings.js";
import { answerErrorsAsProblems } from "../../src/problems.js";
import { Issuer } from "./issuer.js";

let issuer: Issuer;
let app: FastifyInstance;

beforeEach(async () => {
  issuer = await Issuer.start();
  app = await serve(issuer.settings);
});
afterEach(async () => {
  vi.useRealTimers();
  await app.close();
  await issuer.stop();
});

async function serve(
  identity: IdentitySettings | undefined,
  requestsPerMinute = 1000,
): Promise<FastifyInstance> {
  const app = Fastify();
  answerErrorsAsProblems(app);
  const { required, optional } = await callerHooks(app, { identity, requestsPerMinute });
  app.get("/required", { onRequest: required }, ({ caller }) => ({ caller }));
  app.get("/optional", { onRequest: optional }, ({ caller }) => ({ caller: caller ?? null }));
  return app;
}

async function ask(authorization?: string, url = "/required") {
  const headers = authorization === undefined ? {} : { authorization };
  const response = await app.inject({ url, headers });
  const challenge = response.headers["www-authenticate"];
  const { caller } = response.json<{ caller?: string | null }>();
  const type = String(response.headers["content-type"]);
  const retryAfter = response.headers["retry-after"];
  return { status: response.statusCode, challenge, caller, type, retryAfter };
}

const bearer = async (claims: Record<string, unknown> = {}, header: Record<string, unknown> = {}) =>
  `Bearer ${await issuer.token(claims, header)}`;

const seconds = (from: number) => Math.floor(Date.now() / 1000) + from;

async function assertRefused(authorization: string, challenge = 'Bearer error="invalid_token"') {
  for (const url of ["/required", "/optional"]) {
    const answer = await ask(authorization, url);
    assert.equal(answer.status, 401, url);
    assert.equal(answer.challenge, challenge);
    assert.equal(answer.type, "application/problem+json");
  }
}

describe("a caller", () => {
  it("is the token's subject", async () => {
    assert.deepEqual((await ask(await bearer({ sub: "bob" }))).caller, "bob");
    assert.deepEqual((await ask(await bearer({ sub: "b".repeat(255) }))).status, 200);
  });

  it("is known by RS256 and ES256, and by the scheme in any case", async () => {
    const token = await issuer.token();
    for (const scheme of ["Bearer", "bearer", "BEARER"]) {
      assert.equal((await ask(`${scheme} ${token}`)).status, 200);
    }
    await issuer.addKey("ES256");
    app = await serve(issuer.settings);
    assert.equal((await ask(await bearer())).status, 200);
  });

  it("is known by an access token of Cognito, which has a client and no audience", async () => {
    const claims = { aud: undefined, client_id: "tests", token_use: "access" };
    assert.equal((await ask(await bearer(claims))).status, 200);
    await assertRefused(await bearer({ ...claims, client_id: "others" }));
    await assertRefused(await bearer({ aud: "others", client_id: "tests" }));
  });

  it("is known by one of several audiences, and by a clock that differs by less than 30 s", async () => {
    assert.equal((await ask(await bearer({ aud: ["others", "tests"] }))).status, 200);
    assert.equal((await ask(await bearer({ exp: seconds(-15) }))).status, 200);
    assert.equal((await ask(await bearer({ nbf: seconds(15) }))).status, 200);
  });

  it("that gives no token is asked for one, where one is needed", async () => {
    for (const authorization of [undefined, "", "Basic YTpi"]) {
      const { status, challenge } = await ask(authorization);
      assert.deepEqual([status, challenge], [401, "Bearer"]);
    }
    assert.deepEqual((await ask(undefined, "/optional")).caller, null);
    assert.equal((await ask("Basic YTpi", "/optional")).status, 401);
  });
});

describe("a token is refused", () => {
  const wrong: Record<string, Record<string, unknown>> = {
    "of another issuer": { iss: "https://elsewhere.example" },
    "of an issuer with a slash more": { iss: "slash" },
    "for another audience": { aud: "others" },
    "for no audience": { aud: undefined },
    "for an empty list of audiences": { aud: [], client_id: "tests" },
    "that has expired": { exp: 1 },
    "that never expires": { exp: undefined },
    "that is not valid yet": { nbf: 32_503_680_000 },
    "without a subject": { sub: undefined },
    "with an empty subject": { sub: "" },
    "with a subject that is too long": { sub: "b".repeat(256) },
    "with a subject that is no text": { sub: 7 },
    "with a subject that a database does not take": { sub: "a\u0000b" },
    "with a subject that is not read as it is written": { sub: "a\u202eb" },
    "with a subject of several lines": { sub: "a\u2028b" },
    "that is Cognito's ID token": { token_use: "id" },
  };
  for (const [what, claims] of Object.entries(wrong)) {
    it(what, async () => {
      const given = claims["iss"] === "slash" ? { iss: `${issuer.url}/` } : claims;
      await assertRefused(await bearer(given));
    });
  }

  it("that is not signed", async () => {
    const { url: iss } = issuer;
    const claims = { iss, aud: "tests", sub: "alice", exp: seconds(3600) };
    const token = new UnsecuredJWT(claims).encode();
    await assertRefused(`Bearer ${token}`);
    const [, payload, signature] = (await issuer.token()).split(".");
    for (const alg of ["none", "None", "nOnE"]) {
      const header = encoded({ alg, kid: "key-1" });
      await assertRefused(`Bearer ${header}.${payload}.${signature}`);
      await assertRefused(`Bearer ${header}.${payload}.`);
    }
  });

  it("that is signed with the public key as a shared secret", async () => {
    const [published] = issuer.keySet.keys;
    assert.ok(published);
    const key = await importJWK({ ...published, ext: true }, "RS256", { extractable: true });
    assert.ok(!(key instanceof Uint8Array));
    const [, payload] = (await issuer.token()).split(".");
    const signed = `${encoded({ alg: "HS256", kid: "key-1" })}.${payload}`;
    for (const secret of [await exportSPKI(key), JSON.stringify(published)]) {
      const mac = createHmac("sha256", secret).update(signed).digest("base64url");
      await assertRefused(`Bearer ${signed}.${mac}`);
    }
  });

  it("that was changed after it was signed", async () => {
    const [header, , signature] = (await issuer.token()).split(".");
    const [, payload] = (await issuer.token({ sub: "bob" })).split(".");
    await assertRefused(`Bearer ${header}.${payload}.${signature}`);
  });

  it("that brings its own key, or says where to fetch it", async () => {
    const other = await Issuer.start();
    const [jwk] = other.keySet.keys;
    for (const header of [{ jwk }, { jku: other.keysUrl }, { kid: "key-1", x5u: other.keysUrl }]) {
      await assertRefused(`Bearer ${await other.token({ iss: issuer.url }, header)}`);
    }
    assert.deepEqual(other.asked, []);
    await other.stop();
  });

  it("with what it calls critical, and this service does not know", async () => {
    const [, payload, signature] = (await issuer.token()).split(".");
    const header = encoded({ alg: "RS256", kid: "key-1", crit: ["exp2"], exp2: 1 });
    await assertRefused(`Bearer ${header}.${payload}.${signature}`);
  });

  it("that does not name its key as text, though only one fits; the issuer is not asked", async () => {
    const [, payload, signature] = (await issuer.token()).split(".");
    for (const kid of [undefined, null, "", 7, ["key-1"], { "key-1": 1 }]) {
      await assertRefused(`Bearer ${encoded({ alg: "RS256", kid })}.${payload}.${signature}`);
    }
    await assertRefused(await bearer({}, { kid: undefined }));
    assert.deepEqual(issuer.asked, []);
  });

  it("that is no token", async () => {
    for (const text of [
      "Bearer",
      "Bearer ",
      "Bearer a b",
      "Bearer ä",
      "Bearer a.b.c",
      "Bearer ...",
    ]) {
      await assertRefused(text);
    }
    await assertRefused(`Bearer ${"a".repeat(12_000)}`);
    await assertRefused(`Bearer ${"a.".repeat(6_000)}`);
  });

  it("beside another: which of them counts is not clear", async () => {
    await app.listen({ host: "127.0.0.1", port: 0 });
    const address = app.server.address();
    assert.ok(address !== null && typeof address === "object");
    const token = await bearer();
    const status = await new Promise((resolve, reject) => {
      const headers = ["Host", "x", "Authorization", token, "authorization", token];
      request({ host: "127.0.0.1", port: address.port, path: "/required", headers })
        .on("response", (response) => {
          resolve(response.resume().statusCode);
        })
        .on("error", reject)
        .end();
    });
    assert.equal(status, 401);
  });
});

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

describe("the issuer's keys", () => {
  it("are fetched once for many callers", async () => {
    const tokens = await Promise.all(Array.from({ length: 20 }, () => bearer()));
    const answers = await Promise.all(tokens.map((token) => ask(token)));
    assert.ok(answers.every(({ status }) => status === 200));
    assert.deepEqual(issuer.asked, ["/pool/keys"]);
  });

  it("are where the issuer's own configuration says, unless told otherwise", async () => {
    const { issuer: url, audience } = issuer.settings;
    app = await serve({ issuer: url, audience });
    assert.equal((await ask(await bearer())).status, 200);
    assert.deepEqual(issuer.asked, ["/pool/.well-known/openid-configuration", "/pool/keys"]);
  });

  it("are not taken from the configuration of another issuer", async () => {
    issuer.behaviour = (_request, response) => {
      const configuration = { issuer: "https://elsewhere.example", jwks_uri: issuer.keysUrl };
      response.end(JSON.stringify(configuration));
    };
    const { issuer: url, audience } = issuer.settings;
    app = await serve({ issuer: url, audience });
    assert.equal((await ask(await bearer())).status, 503);
    assert.ok(!issuer.asked.includes("/pool/keys"));
  });

  it("that are new are found, and unknown ones are looked for once in 30 s", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const begin = Date.now();
    assert.equal((await ask(await bearer())).status, 200);
    for (let n = 0; n < 50; n++) await assertRefused(await bearer({}, { kid: `invented-${n}` }));
    assert.equal(issuer.asked.length, 1);
    vi.setSystemTime(begin + 31_000);
    await issuer.addKey();
    assert.equal((await ask(await bearer())).status, 200);
    assert.equal(issuer.asked.length, 2);
    for (let n = 0; n < 50; n++) await assertRefused(await bearer({}, { kid: `invented-${n}` }));
    assert.equal(issuer.asked.length, 2);
  });

  it("that cannot be reached are no fault of the token, and the issuer is left alone", async () => {
    await issuer.stop();
    for (let times = 0; times < 20; times++) {
      const { status, retryAfter, challenge } = await ask(await bearer());
      assert.deepEqual([status, retryAfter, challenge], [503, "5", undefined]);
    }
  });

  it("are asked for again 5 s after a failure, not sooner", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    issuer.behaviour = (_request, response) => {
      response.writeHead(500).end();
    };
    for (let times = 0; times < 20; times++) assert.equal((await ask(await bearer())).status, 503);
    assert.equal(issuer.asked.length, 1);
    issuer.behaviour = issuer.publish;
    vi.setSystemTime(Date.now() + 5_001);
    assert.equal((await ask(await bearer())).status, 200);
  });

  for (const [what, body] of [
    ["no JSON", "keys"],
    ["no key set", '{"keys":"none"}'],
    ["null", "null"],
    ["endless", JSON.stringify({ keys: [], padding: "x".repeat(200_000) })],
  ] as const) {
    it(`are not believed when they are ${what}`, async () => {
      issuer.behaviour = (_request, response) => {
        response.end(body);
      };
      assert.equal((await ask(await bearer())).status, 503);
    });
  }

  it("are not looked for elsewhere by a redirection", async () => {
    const other = await Issuer.start();
    issuer.behaviour = (_request, response) => {
      response.writeHead(302, { location: other.keysUrl }).end();
    };
    assert.equal((await ask(await bearer())).status, 503);
    assert.deepEqual(other.asked, []);
    await other.stop();
  });

  it("are not waited for longer than 3 s", async () => {
    issuer.behaviour = () => undefined;
    const started = performance.now();
    assert.equal((await ask(await bearer())).status, 503);
    assert.ok(performance.now() - started < 20_000);
  });

  it("outlive an outage of the issuer for four hours, and no longer", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const begin = Date.now();
    const token = await bearer({ exp: seconds(30 * 24 * 3600) });
    assert.equal((await ask(token)).status, 200);
    await issuer.stop();
    for (const minutes of [1, 6, 60, 239]) {
      vi.setSystemTime(begin + minutes * 60_000);
      assert.equal((await ask(token)).status, 200, `after ${minutes} minutes`);
    }
    vi.setSystemTime(begin + 241 * 60_000);
    assert.equal((await ask(token)).status, 503);
  });

  it.each([
    ["five minutes", 5 * 60_000 + 1],
    ["three idle hours", 3 * 3_600_000],
  ])("that the issuer has withdrawn are trusted no more after %s", async (_, milliseconds) => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const begin = Date.now();
    const token = await bearer({ exp: seconds(24 * 3600) });
    assert.equal((await ask(token)).status, 200);
    issuer.behaviour = (_request, response) => {
      response.end('{"keys":[]}');
    };
    vi.setSystemTime(begin + 5 * 60_000 - 1);
    assert.equal((await ask(token)).status, 200);
    vi.setSystemTime(begin + milliseconds);
    assert.equal((await ask(token)).status, 401);
  });
});

describe("without an identity provider", () => {
  it("nothing is done for a caller, and a token counts for nothing", async () => {
    app = await serve(undefined);
    for (const answer of [
      await ask(await bearer()),
      await ask(),
      await ask(await bearer(), "/optional"),
    ]) {
      assert.deepEqual([answer.status, answer.retryAfter], [503, "1"]);
    }
    assert.equal((await ask(undefined, "/optional")).status, 200);
  });
});

describe("the requests of a caller", () => {
  it("are limited for each caller alone, and not for calls without one", async () => {
    app = await serve(issuer.settings, 3);
    const [alice, bob] = [await bearer(), await bearer({ sub: "bob" })];
    const statuses: number[] = [];
    for (let times = 0; times < 5; times++) statuses.push((await ask(alice)).status);
    assert.deepEqual(statuses, [200, 200, 200, 429, 429]);
    const { status, retryAfter, type } = await ask(alice, "/optional");
    assert.deepEqual([status, type], [429, "application/problem+json"]);
    assert.ok(Number(retryAfter) >= 1 && Number(retryAfter) <= 60, String(retryAfter));
    assert.equal((await ask(bob)).status, 200);
    for (let times = 0; times < 5; times++) {
      assert.equal((await ask(undefined, "/optional")).status, 200);
    }
  });

  it("are counted anew after a minute", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    app = await serve(issuer.settings, 1);
    const token = await bearer();
    assert.equal((await ask(token)).status, 200);
    assert.equal((await ask(token)).status, 429);
    vi.setSystemTime(Date.now() + 60_001);
    assert.equal((await ask(token)).status, 200);
  });
});
