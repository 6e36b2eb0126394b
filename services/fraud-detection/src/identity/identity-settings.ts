/** Whose tokens the service takes. */
export interface IdentitySettings {
  /** Exactly as in the tokens' `iss`. */
  readonly issuer: string;
  readonly audience: string;
  /** Where the issuer's keys are. @default as the issuer's own configuration says */
  readonly keysUrl?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

const NAMES = ["IDENTITY_ISSUER", "IDENTITY_AUDIENCE", "IDENTITY_KEYS_URL"] as const;

/**
 * Undefined if there is no issuer: the service then runs, and acts for nobody. What is wrong is added
 * to `problems`, a sentence each.
 */
export function readIdentity(
  environment: Environment,
  problems: string[],
): IdentitySettings | undefined {
  // An empty variable is one that is not set: deployment tools make that of nothing.
  const [issuer, audience, keysUrl] = NAMES.map((name) => environment[name] ?? "");
  if (!issuer && !audience && !keysUrl) return undefined;
  for (const [name, url] of [
    ["IDENTITY_ISSUER", issuer],
    ["IDENTITY_KEYS_URL", keysUrl],
  ] as const) {
    if (url && !isAddress(url)) problems.push(`${name} must be an address such as ${EXAMPLE}`);
  }
  if (!issuer || !audience) {
    const missing = NAMES.slice(0, 2).filter((name) => !environment[name]);
    problems.push(`other IDENTITY_ settings are given, but not ${missing.join(", ")}`);
    return undefined;
  }
  return { issuer, audience, ...(keysUrl && { keysUrl }) };
}

const EXAMPLE = "https://issuer.example, without a login, query or fragment";

function isAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, search, hash } = new URL(text);
  const plain = !username && !password && !search && !hash;
  return plain && (protocol === "https:" || protocol === "http:");
}
