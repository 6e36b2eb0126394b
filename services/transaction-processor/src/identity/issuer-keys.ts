import type { FastifyBaseLogger } from "fastify";
import {
  createRemoteJWKSet,
  customFetch,
  errors,
  jwksCache,
  type JWKSCacheInput,
  type JWTVerifyGetKey,
} from "jose";
import type { IdentitySettings } from "./identity-settings.js";
import { readJson } from "./read-json.js";

/** Keys that are older are fetched again, and used only if that fails. */
const FRESH_MS = 5 * 60_000;
/** How long an outage of the issuer may last; a key that it has withdrawn is trusted no longer. */
const STALE_MS = 4 * 60 * 60_000;
/** A key that is not known is looked for so often at most, whoever invents keys. */
const COOLDOWN_MS = 30_000;
/** After a failure the issuer is left alone. */
const PAUSE_MS = 5_000;
const TIMEOUT_MS = 3_000;

/** No key, for a reason that passes: it says nothing of the token. */
export class KeysUnavailable extends Error {}

/** What a token, and not the issuer, is to blame for. */
const OF_THE_TOKEN = [
  errors.JWKSNoMatchingKey,
  errors.JWKSMultipleMatchingKeys,
  errors.JOSENotSupported,
];

/** The public keys of an issuer, as of a few minutes ago at most while it answers. */
export class IssuerKeys {
  readonly #cache: JWKSCacheInput = {};
  readonly #keys: ReturnType<typeof createRemoteJWKSet>;
  #pausedUntil = 0;

  constructor(
    private readonly settings: IdentitySettings,
    private readonly log: FastifyBaseLogger,
  ) {
    // The address is for the library's sake: `#fetch` finds out which it is.
    this.#keys = createRemoteJWKSet(new URL(settings.keysUrl ?? settings.issuer), {
      cacheMaxAge: STALE_MS,
      cooldownDuration: COOLDOWN_MS,
      timeoutDuration: TIMEOUT_MS,
      [jwksCache]: this.#cache,
      [customFetch]: (_url, { signal }) => this.#fetch(signal),
    });
  }

  /**
   * The key of a token. Throws `KeysUnavailable`, or an error of the library that blames the token: also
   * of one that names no key, which would be taken until the issuer publishes its next key beside it.
   *
   * @see https://openid.net/specs/openid-connect-core-1_0.html#RotateSigKeys
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
   */
  readonly find: JWTVerifyGetKey = async (header, token) => {
    if (typeof header.kid !== "string" || header.kid === "") throw new errors.JWKSNoMatchingKey();
    await this.#refresh();
    try {
      return await this.#keys(header, token);
    } catch (error) {
      if (OF_THE_TOKEN.some((kind) => error instanceof kind)) throw error;
      throw new KeysUnavailable("the issuer's keys cannot be fetched", { cause: error });
    }
  };

  /** Awaited: a task that was idle for hours would take a token of a key that the issuer has withdrawn. */
  async #refresh(): Promise<void> {
    // The library's part: the first keys, and others in place of those that are too old to be used.
    if (!this.#keys.fresh) return;
    const now = Date.now();
    if (now - this.#cache.uat < FRESH_MS || now < this.#pausedUntil) return;
    try {
      await this.#keys.reload();
    } catch (error) {
      this.log.warn(
        { err: error },
        "the issuer's keys cannot be fetched; the former ones are used",
      );
    }
  }

  async #fetch(signal: AbortSignal): Promise<Response> {
    if (Date.now() < this.#pausedUntil) throw new Error("the last attempt failed a moment ago");
    try {
      return Response.json(await this.#read(signal));
    } catch (error) {
      this.#pausedUntil = Date.now() + PAUSE_MS;
      throw error;
    }
  }

  async #read(signal: AbortSignal): Promise<unknown> {
    const keys = await readJson(this.settings.keysUrl ?? (await this.#discover(signal)), signal);
    if (Array.isArray(keys["keys"])) return keys;
    throw new Error("what the issuer gives is no key set");
  }

  /** @see https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig */
  async #discover(signal: AbortSignal): Promise<string> {
    const { issuer } = this.settings;
    const url = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
    const { issuer: named, jwks_uri: address } = await readJson(url, signal);
    if (named !== issuer) throw new Error("the issuer's configuration is of another issuer");
    if (typeof address !== "string" || !URL.canParse(address)) {
      throw new Error("the issuer's configuration names no keys");
    }
    if (new URL(issuer).protocol === "https:" && new URL(address).protocol !== "https:") {
      throw new Error("the issuer's configuration leads away from https");
    }
    return address;
  }
}
