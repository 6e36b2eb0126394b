import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { isTimestamp, millisecondsOf } from "../src/timestamp.js";

const RIGHT: Record<string, string> = {
  "2026-03-10T12:00:00Z": "2026-03-10T12:00:00.000Z",
  "2026-03-10t12:00:00z": "2026-03-10T12:00:00.000Z",
  "2026-03-10T12:00:00.123456789Z": "2026-03-10T12:00:00.123Z",
  "2026-03-10T12:00:00+05:30": "2026-03-10T06:30:00.000Z",
  "2026-03-10T12:00:00-00:00": "2026-03-10T12:00:00.000Z",
  "2016-12-31T23:59:60Z": "2016-12-31T23:59:59.000Z",
  "2024-02-29T00:00:00Z": "2024-02-29T00:00:00.000Z",
  "2000-02-29T00:00:00Z": "2000-02-29T00:00:00.000Z",
  "0000-02-29T00:00:00Z": "0000-02-29T00:00:00.000Z",
  "9999-12-31T23:59:59Z": "9999-12-31T23:59:59.000Z",
};

const WRONG = [
  "",
  "2026-03-10",
  "2026-03-10T12:00:00",
  "2026-03-10 12:00:00Z",
  "2026-03-10T12:00Z",
  "2026-03-10T12:00:00+0530",
  "2026-03-10T24:00:00Z",
  "2026-03-10T12:60:00Z",
  "2026-03-10T12:00:61Z",
  "2026-13-10T12:00:00Z",
  "2026-02-29T00:00:00Z",
  "1900-02-29T00:00:00Z",
  "2026-04-31T00:00:00Z",
  "2026-03-10T12:00:00+24:00",
  "2026-03-10T12:00:00Z\n",
  "+002026-03-10T12:00:00Z",
];

describe("timestamps", () => {
  for (const [text, expected] of Object.entries(RIGHT)) {
    it(`take ${text}`, () => {
      assert.ok(isTimestamp(text));
      assert.equal(new Date(millisecondsOf(text)).toISOString(), expected);
    });
  }
  for (const text of WRONG) {
    it(`refuse ${JSON.stringify(text)}`, () => {
      assert.ok(!isTimestamp(text));
    });
  }
});
