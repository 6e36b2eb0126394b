import { describe, expect, test } from "vitest";
import { browserProgram } from "../../../../operations/terminal/browser";

describe("there is a browser", () => {
  const desktop = { isTerminal: true, platform: "linux", environment: { DISPLAY: ":0" } };
  test("on a desktop", () => {
    expect(browserProgram(desktop)).toBe("xdg-open");
    expect(browserProgram({ ...desktop, environment: { WAYLAND_DISPLAY: "w" } })).toBe("xdg-open");
    expect(browserProgram({ ...desktop, platform: "darwin", environment: {} })).toBe("open");
  });

  test("but not in a pipe, a pipeline, over SSH or without a display", () => {
    for (const without of [
      { isTerminal: false },
      { environment: {} },
      { environment: { DISPLAY: ":0", CI: "true" } },
      { environment: { DISPLAY: ":10", SSH_CONNECTION: "1" } },
      { platform: "win32" },
    ])
      expect(browserProgram({ ...desktop, ...without })).toBeUndefined();
  });
});
