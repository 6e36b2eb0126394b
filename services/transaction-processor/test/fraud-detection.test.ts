import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import type { LookupFunction } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import Fastify from "fastify";
import { afterEach, beforeEach, describe, it, vi } from "vitest";
import {
  CallerNotServed,
  FraudDetectionRefused,
  FraudDetectionUnavailable,
} from "../src/fraud-detection-failure.js";
import { FraudDetection } from "../src/fraud-detection.js";
import { answer, decide, FraudServer } from "./fraud-server.js";

const { log } = Fastify();
const candidate = {
  id: randomUUID(),
  accountId: randomUUID(),
  amount: 42,
  currency: "EUR",
  country: "DE",
  merchantCategory: "5411",
  card: "fingerprint",
  occurredAt: "2026-11-22T06:53:24.755Z",
};

describe("fraud-detection", () => {
  let server: FraudServer;
  let fraud: FraudDetection;
  const score = () => fraud.score(candidate, []);

  beforeEach(async () => {
    server = await FraudServer.start();
    fraud = new FraudDetection(server.url, log);
  });
  afterEach(async () => {
    await fraud.close();
    await server.stop();
  });

  it("is asked about a transaction and its history", async () => {
    const { amount, currency, country, merchantCategory, card, occurredAt } = candidate;
    const payment = { amount, currency, country, merchantCategory, card, occurredAt };
    const history = [{ ...payment, decision: "approve" as const }];
    const decision = await fraud.score(candidate, history);
    assert.equal(decision.decision, "approve");
    assert.deepEqual(server.questions, [{ transaction: candidate, history }]);
  });

  for (const status of [502, 503, 504]) {
    it(`is asked again after ${status}`, async () => {
      server.behaviour = (question, response) => {
        if (server.questions.length < 3) answer(response, status, {});
        else decide(question, response);
      };
      assert.equal((await score()).decision, "approve");
      assert.equal(server.questions.length, 3);
    });
  }

  it("is asked again when it breaks the connection", async () => {
    server.behaviour = (question, response) => {
      if (server.questions.length < 2) response.socket?.destroy();
      else decide(question, response);
    };
    assert.equal((await score()).decision, "approve");
  });

  it("is asked three times at most", async () => {
    server.behaviour = (_question, response) => {
      answer(response, 503, {});
    };
    await assert.rejects(score, FraudDetectionUnavailable);
    assert.equal(server.questions.length, 3);
  });

  it("is asked once where asking again cannot help", async () => {
    for (const status of [500, 401, 429]) {
      server.behaviour = (_question, response) => {
        answer(response, status, {});
      };
      await assert.rejects(score, FraudDetectionUnavailable);
    }
    assert.equal(server.questions.length, 3);
  });

  it("may refuse, which breaks nothing", async () => {
    server.behaviour = (_question, response) => {
      answer(response, 400, {});
    };
    for (let times = 0; times < 10; times++) await assert.rejects(score, FraudDetectionRefused);
    assert.equal(fraud.isWell, true);
  });

  it("is given the caller's token, and may refuse the caller, which breaks nothing", async () => {
    await fraud.score(candidate, [], "Bearer token");
    assert.deepEqual(server.authorizations, ["Bearer token"]);
    for (const status of [401, 403, 429]) {
      server.behaviour = (_question, response) => {
        answer(response, status, {});
      };
      for (let times = 0; times < 5; times++) {
        await assert.rejects(fraud.score(candidate, [], "Bearer token"), CallerNotServed);
      }
    }
    assert.equal(fraud.isWell, true);
  });

  for (const [what, body] of [
    ["text", "approve"],
    ["no decision", {}],
    ["a score of 101", { score: 101, decision: "approve", reasons: [], rulesVersion: "1" }],
    ["an unknown decision", { score: 1, decision: "maybe", reasons: [], rulesVersion: "1" }],
  ] as const) {
    it(`is not believed when it answers ${what}`, async () => {
      server.behaviour = (_question, response) => {
        answer(response, 200, body);
      };
      await assert.rejects(score, FraudDetectionUnavailable);
    });
  }

  it("is asked anew when its answer is late, once", async () => {
    server.behaviour = (question, response) => {
      if (server.questions.length > 1) decide(question, response);
    };
    assert.equal((await score()).decision, "approve");
    assert.equal(server.questions.length, 2);
    assert.equal(fraud.isWell, true);
  });

  it("has 800 ms each time, whether it is silent, slow or fails slowly", async () => {
    const behaviours: FraudServer["behaviour"][] = [
      () => undefined,
      (_question, response) => {
        response.writeHead(200).write("{");
      },
      (_question, response) => {
        setTimeout(() => {
          answer(response, 503, {});
        }, 600);
      },
    ];
    for (const behaviour of behaviours) {
      // Each with a breaker of its own, which is not open yet.
      await fraud.close();
      fraud = new FraudDetection(server.url, log);
      server.behaviour = behaviour;
      const asked = server.questions.length;
      const started = performance.now();
      // Not the words of a question that failed by itself: it is given up, and not asked a third time.
      await assert.rejects(score, (error) => {
        assert.ok(error instanceof FraudDetectionUnavailable);
        assert.match(error.message, /no answer in time/);
        return true;
      });
      const took = performance.now() - started;
      assert.ok(took > 1500 && took < 10_000, `took ${took} ms`);
      // Twice in all, and after a quick failure once more each time.
      const most = behaviour === behaviours.at(-1) ? 4 : 2;
      assert.ok(
        server.questions.length - asked <= most,
        `${server.questions.length - asked} questions`,
      );
    }
  });

  it("is left alone after five failures, and one question finds out that it is back", async (t) => {
    vi.useFakeTimers({ toFake: ["Date"] });
    t.onTestFinished(() => void vi.useRealTimers());
    await server.stop();
    for (let times = 0; times < 5; times++) await assert.rejects(score, FraudDetectionUnavailable);
    assert.equal(fraud.isWell, false);
    assert.ok(fraud.pauseMs > 1000);
    await assert.rejects(score, /is not asked/);

    await server.resume();
    vi.setSystemTime(Date.now() + fraud.pauseMs);
    server.behaviour = (question, response) => {
      setTimeout(() => {
        decide(question, response);
      }, 50);
    };
    const results = await Promise.allSettled([score(), score(), score()]);
    assert.deepEqual(
      results.map(({ status }) => status),
      ["fulfilled", "rejected", "rejected"],
    );
    assert.equal(server.questions.length, 1);
    assert.equal(fraud.isWell, true);
    await score();
  });
});

describe("the address of fraud-detection", () => {
  it("is looked up again: a connection gets no older than it may", async (t) => {
    const before = await FraudServer.start();
    const after = await FraudServer.start("127.0.0.2", before.port);
    let address = "127.0.0.1";
    const lookup: LookupFunction = (_hostname, _options, callback) => {
      callback(null, [{ address, family: 4 }]);
    };
    const url = `http://fraud-detection.test:${before.port}`;
    const fraud = new FraudDetection(url, log, { lookup, connectionMs: 1500 });
    t.onTestFinished(async () => {
      await Promise.all([fraud.close(), before.stop(), after.stop()]);
    });

    await fraud.score(candidate, []);
    await sleep(20);
    address = "127.0.0.2";
    const deadline = Date.now() + 60_000;
    while (after.questions.length === 0 && Date.now() < deadline) {
      await fraud.score(candidate, []);
      await sleep(20);
    }
    assert.ok(before.questions.length >= 2, "a connection is used more than once");
    assert.equal(after.questions.length, 1);
  });

  it("is another one when a task behind the name refuses", async (t) => {
    const alive = await FraudServer.start("127.0.0.2");
    const lookup: LookupFunction = (_hostname, _options, callback) => {
      callback(null, [
        { address: "127.0.0.1", family: 4 },
        { address: "127.0.0.2", family: 4 },
      ]);
    };
    const url = `http://fraud-detection.test:${alive.port}`;
    const fraud = new FraudDetection(url, log, { lookup });
    t.onTestFinished(async () => {
      await Promise.all([fraud.close(), alive.stop()]);
    });
    assert.equal((await fraud.score(candidate, [])).decision, "approve");
    assert.equal(alive.questions.length, 1);
  });
});
