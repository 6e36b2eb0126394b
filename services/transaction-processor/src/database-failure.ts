export const NO_ANSWER = "the database does not answer in time";
const STARTING = "the database is starting or stopping";

/** What callers may know of a failure. The driver's own words name hosts and users. */
const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "the database refuses connections",
  ENOTFOUND: "the database's host name does not resolve",
  EAI_AGAIN: "the database's host name does not resolve",
  "28P01": "the database rejects the login",
  "28000": "the database rejects the login",
  "3D000": "the database does not know the database name",
  "25006": "the database accepts no writes",
  "53300": "the database has no connection left",
  "57014": NO_ANSWER,
  "57P01": STARTING,
  "57P02": STARTING,
  "57P03": STARTING,
};

/** No answer for a reason that passes. The message holds no secret and may be answered. */
export class DatabaseUnavailable extends Error {
  constructor(cause: unknown, reason?: string) {
    super(reason ?? reasonOf(cause), { cause });
  }
}

function reasonOf(error: unknown): string {
  // Several addresses that fail are one error with many inside.
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  if (!(first instanceof Error)) return NO_ANSWER;
  const code = "code" in first ? String(first.code) : "";
  const known = REASONS[code];
  if (known) return known;
  if (isTimeout(first) || code === "ETIMEDOUT") return NO_ANSWER;
  if (isUntrusted(first)) return "the database's certificate cannot be verified";
  if (/SSL|TLS/.test(first.message))
    return "the database and the service do not agree on encryption";
  return "the database cannot be connected to";
}

/** Node.js's codes for a certificate that is not for this host, has expired, or has another issuer. */
const UNTRUSTED = /^(ERR_TLS_CERT_|CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|INVALID_CA$)/;

/** Says of a failed connection that the server is not the one that was meant. */
export function isUntrusted(error: unknown): boolean {
  return error instanceof Error && "code" in error && UNTRUSTED.test(String(error.code));
}

/** Says of a failed connection that the server is there, but without TLS. */
export function hasNoTls(error: unknown): boolean {
  return error instanceof Error && error.message.includes("does not support SSL");
}

/** The driver's own time-outs have no code. */
export function isTimeout(error: unknown): boolean {
  return error instanceof Error && /timeout/i.test(error.message);
}
