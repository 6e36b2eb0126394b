import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { keyOf } from "../src/export-key.js";
import { NotUnderstood, readExport, writeExport } from "../src/export-message.js";
import { message } from "./support/message.js";

const given = message();

describe("a message", () => {
  it("is read as it was written, and written the same whatever the order of its fields", () => {
    assert.deepEqual(readExport(writeExport(given)), given);
    const reversed = Object.fromEntries(Object.entries(given).reverse());
    assert.equal(writeExport(readExport(JSON.stringify(reversed))), writeExport(given));
  });

  it("belongs to the day in UTC on which its transaction was decided", () => {
    assert.equal(keyOf(given), `exports/2026-11-29/${given.id}.json`);
  });

  for (const [why, text, reason] of [
    ["is no JSON", "{", "it is no JSON"],
    ["is no object", "5", /^it has wrong schemaVersion, id, accountId/],
    ["has a later version", { ...given, schemaVersion: 2 }, "it has wrong schemaVersion"],
    ["lacks a field", { ...given, status: undefined }, "it has wrong status"],
    ["has a field more", { ...given, "4111 1111": 1 }, "it has wrong unknown fields"],
    ["has a number as its amount", { ...given, amount: 42 }, "it has wrong amount"],
    ["has a fraction as its amount", { ...given, amount: "4.2" }, "it has wrong amount"],
    ["is pending", { ...given, status: "pending" }, "it has wrong status"],
    ["names a path as its id", { ...given, id: "../../x" }, "it has wrong id"],
    [
      "has another id for the same UUID",
      { ...given, id: given.id.toUpperCase() },
      "it has wrong id",
    ],
    ["has a day that is none", { ...given, decidedAt: "2026-02-30T00:00:00.000Z" }, /decidedAt$/],
    ["has an hour that is none", { ...given, decidedAt: "2026-02-03T24:00:00.000Z" }, /decidedAt$/],
    [
      "has a time elsewhere",
      { ...given, decidedAt: "2026-02-03T00:00:00.000+01:00" },
      /decidedAt$/,
    ],
  ] as const) {
    it(`that ${why} is not understood, and the reason has no value of it`, () => {
      const body = typeof text === "string" ? text : JSON.stringify(text);
      assert.throws(
        () => readExport(body),
        (error) => {
          assert.ok(error instanceof NotUnderstood);
          if (typeof reason === "string") assert.equal(error.message, reason);
          else assert.match(error.message, reason);
          return true;
        },
      );
    });
  }
});
