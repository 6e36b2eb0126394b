import { describe, expect, test } from "vitest";
import { atLeast } from "../../../../operations/target/version";

describe("versions", () => {
  test.each([
    ["1.11.4", "1.11.0", true],
    ["v1.12.0-rc1", "1.11.0", true],
    ["go1.26.8", "1.25.8", true],
    ["1.9.9", "1.11.0", false],
    ["1.11", "1.11.0", true],
    ["2", "1.11.0", true],
    ["1.41", "1.41", true],
    ["1.5", "1.41", false],
    ["10.2", "9.4", true],
    ["devel", "1.0", false],
    ["devel", "devel", false],
    ["", "1.0", false],
  ])("%s at least %s: %s", (version, wanted, answer) => {
    expect(atLeast(version, wanted)).toBe(answer);
  });
});
