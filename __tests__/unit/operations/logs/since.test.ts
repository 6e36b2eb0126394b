import { expect, test } from "vitest";
import { readSince } from "../../../../operations/logs/since";

const NOW = new Date("2026-12-01T12:00:00Z");

test.each([
  ["30s", "2026-12-01T11:59:30.000Z"],
  ["10m", "2026-12-01T11:50:00.000Z"],
  ["2h", "2026-12-01T10:00:00.000Z"],
  ["1d", "2026-11-30T12:00:00.000Z"],
  ["2026-12-01T10:00:00Z", "2026-12-01T10:00:00.000Z"],
  ["2026-12-01T12:00+02:00", "2026-12-01T10:00:00.000Z"],
  ["2026-12-01", "2026-12-01T00:00:00.000Z"],
  ["2026-12-01T10:00:00.250Z", "2026-12-01T10:00:00.250Z"],
  ["2026-12-01T12:00:00Z", "2026-12-01T12:00:00.000Z"],
  ["1970-01-01", "1970-01-01T00:00:00.000Z"],
])("%s is since %s", (given, time) => {
  expect(readSince(given, NOW)?.toISOString()).toBe(time);
});

test.each([
  ["without a unit", "10"],
  ["with an unknown unit", "2w"],
  ["below nothing", "-5m"],
  ["of two units", "1h30m"],
  ["that is no time", "yesterday"],
  ["with a word", "on 2026-12-01T10:00:00Z"],
  ["without a zone", "2026-12-01T10:00:00"],
  ["that does not exist", "2026-13-01T10:00:00Z"],
  ["before 1970", "1969-12-31"],
  ["that long ago", "999999d"],
  ["to come", "2026-12-01T12:00:01Z"],
])("a time %s is refused: %s", (_, given) => {
  expect(readSince(given, NOW)).toBeUndefined();
});
