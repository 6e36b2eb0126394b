import { given } from "../schema";

/** The OpenID Connect provider whose tokens the services accept. */
export interface Identity {
  /**
   * The issuer, exactly as in the `iss` of its tokens, such as `https://login.example.com/tenant`: HTTPS at
   * port 443, the only port that tasks reach outside of the platform.
   *
   * @see https://openid.net/specs/openid-connect-core-1_0.html#IssuerIdentifier
   */
  readonly issuer: string;
  /** The value in the `aud` of its access tokens, or in their `client_id` where there is no `aud`. */
  readonly audience: string;
  /**
   * The issuer that was deployed before, as a statement that each `sub` is the same person at both. A
   * deployment with another issuer is refused without it where there are databases. @default none
   */
  readonly replaces?: string;
}

/** The services' variables with the identity provider. */
export const IDENTITY_VARIABLES = {
  issuer: "IDENTITY_ISSUER",
  audience: "IDENTITY_AUDIENCE",
  /** The address of the keys. Without it a service asks the issuer for that address. */
  keysUrl: "IDENTITY_KEYS_URL",
} as const;

const DISCOVERY = "/.well-known/openid-configuration";

/** An ECS task definition holds a value of any length, but not more than 64 KiB in all. */
const MAXIMUM_LENGTH = 512;

/** The problems with an identity provider, as phrases that begin with the setting. */
export function identityProblems({ issuer, audience }: Identity): string[] {
  const inIssuer = issuerProblem(issuer);
  const inAudience = audienceProblem(audience);
  return [
    ...(inIssuer === undefined ? [] : [`identity.issuer ${given(issuer)}; ${inIssuer}`]),
    ...(inAudience === undefined ? [] : [`identity.audience ${given(audience)}; ${inAudience}`]),
  ];
}

function issuerProblem(issuer: string): string | undefined {
  const rule = "it must be an https URL without user, query or fragment";
  if (issuer.length > MAXIMUM_LENGTH) return `it must have at most ${MAXIMUM_LENGTH} characters`;
  if (!URL.canParse(issuer)) return `${rule}, such as "https://login.example.com/tenant"`;
  const url = new URL(issuer);
  if (url.protocol !== "https:" || /[?#@]/.test(issuer)) {
    return `${rule}, such as "https://login.example.com/tenant"`;
  }
  if (url.port !== "") return "it cannot have a port: tasks reach HTTPS at port 443 alone";
  if (issuer.endsWith(DISCOVERY))
    return `that is its document; the issuer is "${issuer.slice(0, -DISCOVERY.length)}"`;
  // Tokens are compared with it letter by letter, so only the form that URLs are normalized to is accepted.
  if (url.href !== issuer && url.href !== `${issuer}/`) return `it must be written "${url.href}"`;
  return /\/\/$/.test(issuer) ? "it must end with one slash at most" : undefined;
}

function audienceProblem(audience: string): string | undefined {
  if (audience.length > MAXIMUM_LENGTH) return `it must have at most ${MAXIMUM_LENGTH} characters`;
  return /^[!-~]+$/.test(audience) ? undefined : "it must be visible ASCII characters, no spaces";
}
