import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { loadSettings } from "../src/settings.js";

describe("settings", () => {
  it("have defaults, for what is empty too", () => {
    const defaults = {
      ...{ port: 8080, logLevel: "info", drainSeconds: 0 },
      ...{ identity: undefined, requestsPerMinute: 1200 },
    };
    assert.deepEqual(loadSettings({}), defaults);
    assert.deepEqual(loadSettings({ PORT: "", LOG_LEVEL: "", DRAIN_SECONDS: "" }), defaults);
  });

  it("come from the environment", () => {
    const [issuer, audience] = ["https://issuer.example/pool", "client"];
    const given = {
      ...{ PORT: "9000", LOG_LEVEL: "debug", DRAIN_SECONDS: "75", REQUESTS_PER_MINUTE: "60" },
      ...{ IDENTITY_ISSUER: issuer, IDENTITY_AUDIENCE: audience },
    };
    assert.deepEqual(loadSettings(given), {
      port: 9000,
      logLevel: "debug",
      drainSeconds: 75,
      identity: { issuer, audience },
      requestsPerMinute: 60,
    });
  });

  it("name everything that is wrong at once", () => {
    assert.throws(() => loadSettings({ PORT: "0", LOG_LEVEL: "loud", DRAIN_SECONDS: "106" }), {
      message:
        "fraud-detection cannot start: " +
        'PORT must be a number from 1 to 65535, got "0"; ' +
        'LOG_LEVEL must be one of info, debug, warn, error, got "loud"; ' +
        'DRAIN_SECONDS must be a number from 0 to 105, got "106".',
    });
    assert.throws(() => loadSettings({ IDENTITY_ISSUER: "issuer.example" }), {
      message:
        "fraud-detection cannot start: IDENTITY_ISSUER must be an address such as " +
        "https://issuer.example, without a login, query or fragment; " +
        "other IDENTITY_ settings are given, but not IDENTITY_AUDIENCE.",
    });
  });

  for (const port of ["65536", "-1", "80.5", "8e3", "0x50", " 80", "http"]) {
    it(`take no port ${port}`, () => {
      assert.throws(() => loadSettings({ PORT: port }), /PORT must be/);
    });
  }
});
