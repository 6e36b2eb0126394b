import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { decodeCursor, encodeCursor } from "../src/cursor.js";
import { isTimestamp } from "../src/timestamp.js";

describe("a timestamp", () => {
  for (const text of [
    "2026-11-22T06:53:24Z",
    "2026-11-22t06:53:24.123456z",
    "2024-02-29T23:59:59+14:00",
    "1970-01-01T00:00:00Z",
    "9999-12-31T23:59:59.999Z",
  ]) {
    it(`may be ${text}`, () => {
      assert.equal(isTimestamp(text), true);
    });
  }

  for (const text of [
    "",
    "2026-11-22",
    "2026-11-22 06:53:24Z",
    "2026-11-22T06:53:24",
    "2026-13-01T00:00:00Z",
    "2026-02-30T00:00:00Z",
    "2025-02-29T00:00:00Z",
    "2026-11-22T24:00:00Z",
    "2016-12-31T23:59:60Z",
    "0000-01-01T00:00:00Z",
    "1970-01-01T00:00:00+00:01",
    "9999-12-31T23:59:59-00:01",
    "2026-11-22T06:53:24Z\u0000",
  ]) {
    it(`is not ${JSON.stringify(text)}`, () => {
      assert.equal(isTimestamp(text), false);
    });
  }
});

describe("a cursor", () => {
  const cursor = {
    createdAt: "2026-11-22T06:53:24.755Z",
    id: "d4c7c1a2-aeb5-464b-9438-9ac71fa6c130",
  };

  it("comes back as it was given, and shows nothing of it", () => {
    assert.deepEqual(decodeCursor(encodeCursor(cursor)), cursor);
    assert.match(encodeCursor(cursor), /^[\w-]+$/);
  });

  for (const text of ["", "x", "{}", Buffer.from("2026 x").toString("base64url")]) {
    it(`is not ${JSON.stringify(text)}`, () => {
      assert.equal(decodeCursor(text), undefined);
    });
  }

  it("has a time that PostgreSQL takes", () => {
    const forged = encodeCursor({ ...cursor, createdAt: "2026-99-22T06:53:24.755Z" });
    assert.equal(decodeCursor(forged), undefined);
  });
});
