import assert from "node:assert/strict";
import { rootCertificates } from "node:tls";
import { describe, it } from "vitest";
import { loadDatabaseSettings, loadSettings, SettingsError } from "../src/settings.js";

const URL = { FRAUD_DETECTION_URL: "http://fraud-detection.platform.internal:8080" };
const DATABASE = {
  DATABASE_HOST: "aurora.internal",
  DATABASE_NAME: "transactions",
  DATABASE_USER: "transaction_processor",
  DATABASE_PASSWORD: "s3cret",
  DATABASE_CA: rootCertificates[0] ?? "",
};

function problems(environment: Record<string, string>): readonly string[] {
  try {
    loadSettings(environment);
    return [];
  } catch (error) {
    assert.ok(error instanceof SettingsError);
    return error.problems;
  }
}

describe("the settings", () => {
  it("need no database, and have defaults", () => {
    assert.deepEqual(loadSettings(URL), {
      port: 8081,
      logLevel: "info",
      fraudDetectionUrl: URL.FRAUD_DETECTION_URL,
      drainSeconds: 0,
      identity: undefined,
      requestsPerMinute: 1200,
      database: undefined,
      exportsQueueUrl: undefined,
    });
  });

  it("name the queue of exports by its address", () => {
    const url = "https://sqs.us-east-1.amazonaws.com/123456789012/platform-dev-exports-queue";
    assert.equal(loadSettings({ ...URL, EXPORTS_QUEUE_URL: url }).exportsQueueUrl, url);
    assert.deepEqual(problems({ ...URL, EXPORTS_QUEUE_URL: "exports" }), [
      "EXPORTS_QUEUE_URL must be an http or https address, such as " +
        "https://sqs.us-east-1.amazonaws.com/123456789012/exports",
    ]);
  });

  it("verify the database, and need its authorities for that", () => {
    assert.deepEqual(loadSettings({ ...URL, ...DATABASE }).database, {
      host: "aurora.internal",
      port: 5432,
      name: "transactions",
      user: "transaction_processor",
      password: "s3cret",
      ca: DATABASE.DATABASE_CA,
    });
    const given = { ...URL, ...DATABASE, DATABASE_SSLMODE: "verify-full", DATABASE_PORT: "5433" };
    assert.equal(loadSettings(given).database?.port, 5433);
    assert.deepEqual(problems({ ...URL, ...DATABASE, DATABASE_CA: "" }), [
      "other DATABASE_ settings are given, but not DATABASE_CA",
    ]);
  });

  for (const mode of ["disable", "allow", "prefer", "require", "verify-ca"]) {
    it(`refuse ${mode}, which would not know the server`, () => {
      assert.deepEqual(problems({ ...URL, ...DATABASE, DATABASE_SSLMODE: mode }), [
        `DATABASE_SSLMODE must be one of verify-full, got "${mode}"`,
      ]);
    });
  }

  for (const [what, text] of [
    ["a path", "/etc/ssl/ca.pem"],
    ["half a certificate", DATABASE.DATABASE_CA.slice(0, -60)],
    ["a damaged certificate", DATABASE.DATABASE_CA.replace("MII", "MI")],
  ] as const) {
    it(`refuse ${what} as the database's authorities`, () => {
      assert.deepEqual(problems({ ...URL, ...DATABASE, DATABASE_CA: text }), [
        "DATABASE_CA must be the PEM text of one certificate or more",
      ]);
    });
  }

  it("take an empty variable for one that is not set", () => {
    const empty = { ...URL, PORT: "", DATABASE_HOST: "", DATABASE_PASSWORD: "" };
    assert.deepEqual(loadSettings(empty), loadSettings(URL));
  });

  it("tell all mistakes at once, a sentence each, and no secret", () => {
    const given = {
      PORT: "70000",
      LOG_LEVEL: "loud",
      FRAUD_DETECTION_URL: "http://user:s3cret@fraud-detection",
      DRAIN_SECONDS: "106",
      DATABASE_HOST: "aurora.internal",
      DATABASE_PASSWORD: "s3cret",
      DATABASE_PORT: "0",
      DATABASE_SSLMODE: "disable",
    };
    assert.deepEqual(problems(given), [
      'PORT must be a number from 1 to 65535, got "70000"',
      'LOG_LEVEL must be one of info, debug, warn, error, got "loud"',
      "FRAUD_DETECTION_URL must be an http or https address, such as http://fraud-detection:8080",
      'DRAIN_SECONDS must be a number from 0 to 105, got "106"',
      "other DATABASE_ settings are given, but not DATABASE_NAME, DATABASE_USER, DATABASE_CA",
      'DATABASE_PORT must be a number from 1 to 65535, got "0"',
      'DATABASE_SSLMODE must be one of verify-full, got "disable"',
    ]);
  });

  it("name the identity provider by its exact issuer", () => {
    const issuer = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Abc";
    const given = { ...URL, IDENTITY_ISSUER: issuer, IDENTITY_AUDIENCE: "client" };
    assert.deepEqual(loadSettings(given).identity, { issuer, audience: "client" });
    const keysUrl = "http://169.254.170.2/keys";
    const local = { ...given, IDENTITY_ISSUER: `${issuer}/`, IDENTITY_KEYS_URL: keysUrl };
    assert.deepEqual(loadSettings(local).identity, {
      ...{ issuer: `${issuer}/`, audience: "client", keysUrl },
    });
  });

  it("of an identity provider are complete, and addresses", () => {
    assert.deepEqual(problems({ ...URL, IDENTITY_AUDIENCE: "client" }), [
      "other IDENTITY_ settings are given, but not IDENTITY_ISSUER",
    ]);
    const example = "an address such as https://issuer.example, without a login, query or fragment";
    const given = {
      IDENTITY_ISSUER: "https://a:s3cret@issuer.example",
      IDENTITY_KEYS_URL: "issuer.example/keys",
      REQUESTS_PER_MINUTE: "0",
    };
    assert.deepEqual(problems({ ...URL, ...given }), [
      `IDENTITY_ISSUER must be ${example}`,
      `IDENTITY_KEYS_URL must be ${example}`,
      "other IDENTITY_ settings are given, but not IDENTITY_AUDIENCE",
      'REQUESTS_PER_MINUTE must be a number from 1 to 1000000, got "0"',
    ]);
  });

  for (const url of ["", "fraud-detection:8080", "ftp://x", "http://x?y=1", "http://x#y"]) {
    it(`refuse ${JSON.stringify(url)} as an address`, () => {
      assert.equal(problems({ FRAUD_DETECTION_URL: url }).length, 1);
    });
  }

  it("of a migration are those of the database only", () => {
    assert.equal(loadDatabaseSettings(DATABASE).host, "aurora.internal");
    assert.throws(() => loadDatabaseSettings(URL), /no database is configured/);
    assert.throws(() => loadDatabaseSettings({ DATABASE_HOST: "x" }), /but not DATABASE_NAME/);
  });
});
