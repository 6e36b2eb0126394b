import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { MAXIMUM_HISTORY, type ScoreResult } from "../src/schemas/score.js";
import { RULES } from "../src/scoring/rules.js";
import { score } from "../src/scoring/score.js";
import { Issuer } from "./identity/issuer.js";
import { post, service } from "./support/app.js";
import { assertProblem } from "./support/problem.js";
import { entries, entry, MINUTE, ordinaryRequest, transaction } from "./support/request.js";

describe("POST /v1/score", () => {
  it("answers with what the rules say", async (test) => {
    const { app } = await service(test);
    const request = {
      transaction: transaction({ amount: 600_000, merchantCategory: "7995" }),
      history: entries(4, MINUTE, { decision: "decline" }),
    };
    const answer = await post(app, request);
    assert.equal(answer.statusCode, 200);
    assert.deepEqual(answer.json(), score(request, RULES));
    assert.equal(answer.json<ScoreResult>().decision, "decline");
  });

  it("approves an ordinary transaction without a reason", async (test) => {
    const { app } = await service(test);
    assert.deepEqual((await post(app, ordinaryRequest())).json(), {
      ...{ score: 0, decision: "approve", reasons: [] },
      rulesVersion: RULES.version,
    });
  });

  it("takes the longest history with the longest values", async (test) => {
    const { app } = await service(test);
    // Twelve characters of JSON for each of the card's 64.
    const longest = { card: "\u{1F4B3}".repeat(64), amount: 1e12, decision: "decline" } as const;
    const request = { transaction: transaction(), history: entries(MAXIMUM_HISTORY, 0, longest) };
    const escaped = JSON.stringify(request).replaceAll("\u{1F4B3}", "\\ud83d\\udcb3");
    assert.equal((await post(app, escaped)).statusCode, 200);
  });
});

describe("a call", () => {
  it("needs no token, and is logged with its caller if it has one", async (test) => {
    const { app, lines } = await service(test);
    const authorization = await (await Issuer.shared()).authorization("bob");
    assert.equal((await post(app, ordinaryRequest())).statusCode, 200);
    assert.equal((await post(app, ordinaryRequest(), { authorization })).statusCode, 200);
    assert.deepEqual(
      lines.map(({ caller }) => caller),
      [undefined, "bob"],
    );
    assert.ok(!JSON.stringify(lines).includes("eyJ"));
  });

  it("with a token that is not valid is refused, before its body is read", async (test) => {
    const { app } = await service(test);
    const answer = await post(app, "{", { authorization: "Bearer a.b.c" });
    assertProblem(answer, 401);
    assert.equal(answer.headers["www-authenticate"], 'Bearer error="invalid_token"');
  });

  it("is limited for its caller, and not for a service that calls for itself", async (test) => {
    const { app } = await service(test, { requestsPerMinute: 1 });
    const authorization = await (await Issuer.shared()).authorization("bob");
    assert.equal((await post(app, ordinaryRequest(), { authorization })).statusCode, 200);
    const answer = await post(app, ordinaryRequest(), { authorization });
    assertProblem(answer, 429);
    assert.ok(Number(answer.headers["retry-after"]) > 0);
    assert.equal((await post(app, ordinaryRequest())).statusCode, 200);
    assert.equal((await app.inject("/health")).statusCode, 200);
  });

  it("with a card's number is refused without it, unless it is in the history", async (test) => {
    const { app, lines } = await service(test, { level: "debug" });
    for (const card of ["4111 1111-1111.1111", "4111111111111111 12/29", "\uff14111111111111111"]) {
      const request = { transaction: transaction({ card }), history: entries(1, MINUTE, { card }) };
      const answer = await post(app, request);
      const { errors } = assertProblem(answer, 400);
      assert.deepEqual(
        errors?.map(({ pointer }) => pointer),
        ["#/transaction/card"],
      );
      assert.ok(!answer.body.includes("4111") && !JSON.stringify(lines).includes("4111"));
      const later = { transaction: transaction(), history: request.history };
      assert.equal((await post(app, later)).statusCode, 200);
    }
  });
});

const WRONG: Record<string, [field: string, value: unknown]> = {
  "an id that is no UUID": ["id", "urn:uuid:2f1c2a7e-4b0a-4f4e-9a53-0f6f1d1c7a10"],
  "an account that is no UUID": ["accountId", "1"],
  "no amount": ["amount", undefined],
  "an amount of 0": ["amount", 0],
  "an amount above the limit": ["amount", 1e12 + 1],
  "a broken amount": ["amount", 10.5],
  "an amount in a text": ["amount", "100"],
  "a currency in small letters": ["currency", "eur"],
  "a country of three letters": ["country", "DEU"],
  "a category that is a number": ["merchantCategory", 5411],
  "an empty card": ["card", ""],
  "a card that is too long": ["card", "x".repeat(65)],
  "a time without a zone": ["occurredAt", "2026-03-10T12:00:00"],
  "a field that is not known": ["note", "hello"],
};

describe("a wrong request", () => {
  for (const [name, [field, value]] of Object.entries(WRONG)) {
    it(`with ${name} is told where`, async (test) => {
      const { app } = await service(test);
      const body = { transaction: { ...transaction(), [field]: value }, history: [] };
      const { errors } = assertProblem(await post(app, body), 400);
      assert.deepEqual(
        errors?.map(({ pointer }) => pointer),
        [`#/transaction/${field}`],
      );
    });
  }

  it("is told all that is wrong at once", async (test) => {
    const { app } = await service(test);
    const body = {
      transaction: { ...transaction(), id: 1, "a/b ~c": true },
      history: [entry(0), { ...entry(0), decision: "perhaps", amount: -1 }],
      extra: null,
    };
    const { errors } = assertProblem(await post(app, body), 400);
    assert.deepEqual(errors?.map(({ pointer, detail }) => `${pointer} ${detail}`).sort(), [
      "#/extra is not known",
      "#/history/1/amount must be >= 1",
      "#/history/1/decision must be equal to one of the allowed values",
      "#/transaction/a~1b%20~0c is not known",
      "#/transaction/id must be string",
    ]);
  });

  it("with too long a history is told so, and not of each entry", async (test) => {
    const { app } = await service(test);
    const history = Array.from({ length: 50_000 }, () => ({}));
    const answer = await post(app, { transaction: transaction(), history });
    const { errors = [] } = assertProblem(answer, 400);
    assert.deepEqual(errors[0], {
      pointer: "#/history",
      detail: "must NOT have more than 200 items",
    });
    assert.ok(errors.length < 2_000);
  });

  for (const body of ["null", "[]", '"text"', "1", "{}"]) {
    it(`that is ${body} is told so`, async (test) => {
      const { app } = await service(test);
      assert.ok(assertProblem(await post(app, body), 400).errors);
    });
  }
});
