import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { loadSettings } from "../src/settings.js";

const URL = "https://sqs.us-east-1.amazonaws.com/123456789012/platform-dev-exports-queue";
const GIVEN = { EXPORTS_QUEUE_URL: URL, STATEMENTS_BUCKET: "platform-dev-statements" };

describe("settings", () => {
  it("are the queue and the bucket, and have defaults", () => {
    const settings = { logLevel: "info", queueUrl: URL, bucket: "platform-dev-statements" };
    assert.deepEqual(loadSettings(GIVEN), settings);
    assert.deepEqual(loadSettings({ ...GIVEN, LOG_LEVEL: "" }), settings);
  });

  it("name everything that is wrong at once, and no address", () => {
    const given = {
      LOG_LEVEL: "loud",
      EXPORTS_QUEUE_URL: "s3cret@exports",
      STATEMENTS_BUCKET: "Statements",
    };
    assert.throws(() => loadSettings(given), {
      message:
        "transaction-export cannot start: " +
        'LOG_LEVEL must be one of info, debug, warn, error, got "loud"; ' +
        "EXPORTS_QUEUE_URL must be an http or https address, such as " +
        "https://sqs.us-east-1.amazonaws.com/123456789012/exports; " +
        'STATEMENTS_BUCKET must be the name of a bucket, got "Statements".',
    });
    assert.throws(() => loadSettings({}), /EXPORTS_QUEUE_URL must be.*STATEMENTS_BUCKET must be/);
  });
});
