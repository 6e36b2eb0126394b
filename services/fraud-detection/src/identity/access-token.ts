import { errors, jwtVerify, type JWTPayload } from "jose";
import type { IdentitySettings } from "./identity-settings.js";
import { KeysUnavailable, type IssuerKeys } from "./issuer-keys.js";

/** Asymmetric ones: with a shared secret, whoever verifies could sign. */
const ALGORITHMS = ["RS256", "ES256"];
const CLOCK_SKEW_SECONDS = 30;

/**
 * As OpenID Connect limits `sub`; it becomes text in the database and in logs. Nothing that is not
 * seen, or that turns the text around it: an account's caller is to be read as it is written.
 */
const SUBJECT = /^(?: |[^\p{C}\p{Z}]){1,255}$/u;

/** The token is not one that the service takes. The message may be answered. */
export class TokenRefused extends Error {}

/**
 * The caller (`sub`) that an access token was issued to. Throws `TokenRefused`, or `KeysUnavailable`
 * if that cannot be told now.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8725
 */
export async function callerOf(
  token: string,
  keys: IssuerKeys,
  { issuer, audience }: IdentitySettings,
): Promise<string> {
  const payload = await verified(token, keys, issuer);
  if (!isFor(payload, audience)) throw new TokenRefused("the token is for another audience");
  // The library checks that there is a subject, and not that it is text.
  const { token_use: use = "access", sub }: Readonly<Record<string, unknown>> = payload;
  if (use !== "access") throw new TokenRefused("the token is no access token");
  if (typeof sub !== "string" || !SUBJECT.test(sub)) {
    throw new TokenRefused("the token's subject is not usable");
  }
  return sub;
}

async function verified(token: string, keys: IssuerKeys, issuer: string): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, keys.find, {
      issuer,
      algorithms: ALGORITHMS,
      requiredClaims: ["exp", "sub"],
      clockTolerance: CLOCK_SKEW_SECONDS,
    });
    return payload;
  } catch (error) {
    if (error instanceof KeysUnavailable) throw error;
    if (error instanceof errors.JWTExpired) throw refused("the token has expired", error);
    if (error instanceof errors.JOSEError) throw refused("the token is not valid", error);
    // Such as a key that is too short: the issuer's fault.
    throw new KeysUnavailable("the issuer's key cannot be used", { cause: error });
  }
}

/** Cognito's access tokens have no `aud`; the client that they are for is in `client_id`. */
function isFor({ aud, client_id: client }: JWTPayload, audience: string): boolean {
  return aud === undefined ? client === audience : [aud].flat().includes(audience);
}

function refused(what: string, cause: errors.JOSEError): TokenRefused {
  return new TokenRefused(what, { cause });
}
