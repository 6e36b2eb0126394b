import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { loadSettings } from "../src/settings.js";

const GIVEN = { STATEMENTS_BUCKET: "platform-dev-statements" };
const NOW = new Date("2026-03-01T00:00:00.000Z");

describe("settings", () => {
  it("are the last three days in UTC and today so far, unless a day is given", () => {
    const last = ["2026-02-26", "2026-02-27", "2026-02-28", "2026-03-01"];
    assert.deepEqual(loadSettings(GIVEN, NOW).days, last);
    assert.deepEqual(loadSettings({ ...GIVEN, DAY: "" }, NOW).days, last);
    assert.deepEqual(loadSettings({ ...GIVEN, DAY: "2024-02-29" }, NOW).days, ["2024-02-29"]);
  });

  for (const day of ["2026-02-29", "2026-2-1", "yesterday", "2026-13-01", "2026-01-01T00:00:00Z"]) {
    it(`take no day ${day}`, () => {
      assert.throws(() => loadSettings({ ...GIVEN, DAY: day }, NOW), {
        message: `daily-totals cannot start: DAY must be a day such as 2026-11-30, got "${day}".`,
      });
    });
  }

  it("name everything that is wrong at once", () => {
    assert.throws(() => loadSettings({ LOG_LEVEL: "loud", DAY: "x" }, NOW), {
      message:
        "daily-totals cannot start: " +
        'LOG_LEVEL must be one of info, debug, warn, error, got "loud"; ' +
        'DAY must be a day such as 2026-11-30, got "x"; ' +
        'STATEMENTS_BUCKET must be the name of a bucket, got "".',
    });
  });
});
