import { expect, test } from "vitest";
import { timeZoneProblem } from "../../../spec/time-zone";

test.each(["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Etc/GMT+9", "US/Pacific"])(
  "%s is a time zone",
  (name) => {
    expect(timeZoneProblem(name)).toBeUndefined();
  },
);

test.each(["Berlin", "Europe/Berlim", "+02:00", "UTC+2", "", "Mars/Phobos"])(
  "%j is no time zone",
  (name) => {
    expect(timeZoneProblem(name)).toContain("it must be a name of the IANA database, such as UTC");
  },
);

test("a name in other letters is corrected, as AWS may not take it", () => {
  expect(timeZoneProblem("europe/berlin")).toBe("it is written Europe/Berlin");
});
