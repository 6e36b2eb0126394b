import { readIdentity, type IdentitySettings } from "./identity/identity-settings.js";

const LOG_LEVELS = ["info", "debug", "warn", "error"] as const;

export interface Settings {
  readonly port: number;
  readonly logLevel: (typeof LOG_LEVELS)[number];
  /** How long the service still accepts after a SIGTERM: for as long as callers keep its address. */
  readonly drainSeconds: number;
  /** Without it no token is taken. */
  readonly identity: IdentitySettings | undefined;
  /** Of each caller, at this task. */
  readonly requestsPerMinute: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads and checks everything before it gives up, so that one correction is enough. */
export function loadSettings(environment: Environment): Settings {
  const problems: string[] = [];
  // An empty variable is one that is not set: deployment tools make that of nothing.
  const text = (name: string, otherwise: string) => environment[name] || otherwise;

  const integer = (name: string, otherwise: number, least: number, most: number) => {
    const given = text(name, String(otherwise));
    const number = Number(given);
    if (/^\d{1,9}$/.test(given) && number >= least && number <= most) return number;
    problems.push(`${name} must be a number from ${least} to ${most}, got "${given}"`);
    return otherwise;
  };
  const logLevel = (name: string) => {
    const given = text(name, LOG_LEVELS[0]);
    const level = LOG_LEVELS.find((known) => known === given);
    if (!level) problems.push(`${name} must be one of ${LOG_LEVELS.join(", ")}, got "${given}"`);
    return level ?? LOG_LEVELS[0];
  };

  const settings = {
    port: integer("PORT", 8080, 1, 65_535),
    logLevel: logLevel("LOG_LEVEL"),
    // Fargate kills a task after 120 s, of which what is in flight needs some.
    drainSeconds: integer("DRAIN_SECONDS", 0, 0, 105),
    identity: readIdentity(environment, problems),
    requestsPerMinute: integer("REQUESTS_PER_MINUTE", 1200, 1, 1_000_000),
  };
  if (problems.length > 0) {
    throw new Error(`fraud-detection cannot start: ${problems.join("; ")}.`);
  }
  return settings;
}
