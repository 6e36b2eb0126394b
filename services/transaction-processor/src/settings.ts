import { X509Certificate } from "node:crypto";
import { readIdentity, type IdentitySettings } from "./identity/identity-settings.js";

/** Each other mode of libpq hands the password to any server that answers. */
const SSL_MODES = ["verify-full"] as const;
const LOG_LEVELS = ["info", "debug", "warn", "error"] as const;

const REQUIRED = [
  "DATABASE_HOST",
  "DATABASE_NAME",
  "DATABASE_USER",
  "DATABASE_PASSWORD",
  "DATABASE_CA",
] as const;
const OPTIONAL = ["DATABASE_PORT", "DATABASE_SSLMODE"] as const;

type Environment = Readonly<Record<string, string | undefined>>;

export interface DatabaseSettings {
  readonly host: string;
  readonly port: number;
  readonly name: string;
  readonly user: string;
  readonly password: string;
  /** PEM text of the authorities that may have signed the server's certificate. */
  readonly ca: string;
}

export interface Settings {
  readonly port: number;
  readonly logLevel: (typeof LOG_LEVELS)[number];
  readonly fraudDetectionUrl: string;
  /** How long the service still accepts after a SIGTERM: for as long as callers keep its address. */
  readonly drainSeconds: number;
  /** Without it the service runs and is healthy, and acts for nobody. */
  readonly identity: IdentitySettings | undefined;
  /** Of each caller, at this task. */
  readonly requestsPerMinute: number;
  /** Without it the service runs and is healthy, but is never ready. */
  readonly database: DatabaseSettings | undefined;
  /** Without it decided transactions wait in the database: none is lost until a queue is there. */
  readonly exportsQueueUrl: string | undefined;
}

/** Everything that is wrong with the environment. */
export class SettingsError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.join("; "));
  }
}

/** Reads and checks everything before it gives up, so that one correction is enough. */
export function loadSettings(environment: Environment): Settings {
  const reader = new Reader(environment);
  const settings: Settings = {
    port: reader.integer("PORT", 8081, 1, 65_535),
    logLevel: reader.choice("LOG_LEVEL", LOG_LEVELS),
    fraudDetectionUrl: reader.url("FRAUD_DETECTION_URL", "http://fraud-detection:8080"),
    // Fargate kills a task after 120 s, of which what is in flight needs some.
    drainSeconds: reader.integer("DRAIN_SECONDS", 0, 0, 105),
    identity: readIdentity(environment, reader.problems),
    requestsPerMinute: reader.integer("REQUESTS_PER_MINUTE", 1200, 1, 1_000_000),
    database: readDatabase(reader),
    exportsQueueUrl: reader.text("EXPORTS_QUEUE_URL")
      ? reader.url("EXPORTS_QUEUE_URL", "https://sqs.us-east-1.amazonaws.com/123456789012/exports")
      : undefined,
  };
  if (reader.problems.length > 0) throw new SettingsError(reader.problems);
  return settings;
}

/** For a process that needs the database and nothing else. */
export function loadDatabaseSettings(environment: Environment): DatabaseSettings {
  const reader = new Reader(environment);
  const database = readDatabase(reader);
  if (!database) throw new SettingsError(["no database is configured"]);
  if (reader.problems.length > 0) throw new SettingsError(reader.problems);
  return database;
}

function readDatabase(reader: Reader): DatabaseSettings | undefined {
  if (![...REQUIRED, ...OPTIONAL].some((name) => reader.text(name))) return undefined;
  const missing = REQUIRED.filter((name) => !reader.text(name));
  if (missing.length > 0) {
    reader.problems.push(`other DATABASE_ settings are given, but not ${missing.join(", ")}`);
  }
  const database = {
    host: reader.text("DATABASE_HOST"),
    port: reader.integer("DATABASE_PORT", 5432, 1, 65_535),
    name: reader.text("DATABASE_NAME"),
    user: reader.text("DATABASE_USER"),
    password: reader.text("DATABASE_PASSWORD"),
    ca: reader.certificates("DATABASE_CA"),
  };
  reader.choice("DATABASE_SSLMODE", SSL_MODES);
  return database;
}

/** Reads typed values and collects what is wrong with them. */
class Reader {
  readonly problems: string[] = [];

  constructor(private readonly environment: Environment) {}

  /** An empty variable is one that is not set: deployment tools make that of nothing. */
  text(name: string): string {
    return this.environment[name] ?? "";
  }

  integer(name: string, fallback: number, least: number, most: number): number {
    const text = this.text(name) || String(fallback);
    const number = Number(text);
    if (/^\d{1,9}$/.test(text) && number >= least && number <= most) return number;
    this.problems.push(`${name} must be a number from ${least} to ${most}, got "${text}"`);
    return fallback;
  }

  /** One of `choices`; the first is the default. */
  choice<const Choice extends string>(
    name: string,
    choices: readonly [Choice, ...Choice[]],
  ): Choice {
    const text = this.text(name) || choices[0];
    const chosen = choices.find((choice) => choice === text);
    if (chosen) return chosen;
    this.problems.push(`${name} must be one of ${choices.join(", ")}, got "${text}"`);
    return choices[0];
  }

  /** PEM text; an empty one is reported by its reader. It is not repeated in a problem: it is long. */
  certificates(name: string): string {
    const text = this.text(name);
    const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
    try {
      const begun = text.match(/-----BEGIN/g) ?? [];
      if (text && (blocks.length === 0 || begun.length > blocks.length)) throw new Error("damaged");
      for (const block of blocks) new X509Certificate(block);
    } catch {
      this.problems.push(`${name} must be the PEM text of one certificate or more`);
    }
    return text;
  }

  /** The address without a slash at its end. It is not repeated in a problem: it may hold a secret. */
  url(name: string, example: string): string {
    const text = this.text(name);
    const url = URL.canParse(text) ? new URL(text) : undefined;
    const plain = url && !url.username && !url.password && !url.search && !url.hash;
    if (plain && (url.protocol === "http:" || url.protocol === "https:")) {
      return url.href.replace(/\/+$/, "");
    }
    this.problems.push(`${name} must be an http or https address, such as ${example}`);
    return "";
  }
}
