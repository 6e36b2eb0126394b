import { describe, expect, test } from "vitest";
import { browserProgram, openBrowser } from "../../../../operations/terminal/browser";

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

describe("a program that opens a URL", () => {
  test("has taken it if it goes on, as a browser does, or ends well", async () => {
    // Seconds, in the place of a URL.
    expect(await openBrowser("sleep", "8")).toBe(true);
    expect(await openBrowser("true", "https://example.com")).toBe(true);
  });

  test("has not if it fails or does not exist", async () => {
    expect(await openBrowser("false", "https://example.com")).toBe(false);
    expect(await openBrowser("no-such-browser", "https://example.com")).toBe(false);
  });
});
