import rateLimit from "@fastify/rate-limit";
import type { FastifyInstance, FastifyRequest, onRequestAsyncHookHandler } from "fastify";
import { ProblemError } from "../http/problem-error.js";
import { callerOf, TokenRefused } from "./access-token.js";
import type { IdentitySettings } from "./identity-settings.js";
import { IssuerKeys, KeysUnavailable } from "./issuer-keys.js";

declare module "fastify" {
  interface FastifyRequest {
    /** The token's `sub`; undefined where none was asked for. */
    caller: string | undefined;
  }
}

export interface CallerSettings {
  /** Without it nothing is done that needs a caller. */
  readonly identity: IdentitySettings | undefined;
  /** Of each caller, at this task. */
  readonly requestsPerMinute: number;
}

/** `onRequest` hooks: who calls, and whether it calls too often. They run before a body is read. */
export interface CallerHooks {
  /** For routes that act for a caller. */
  readonly required: onRequestAsyncHookHandler[];
  /** For routes that also other services call, on their own behalf. */
  readonly optional: onRequestAsyncHookHandler[];
}

/** The scheme's name is known in any case (RFC 9110), the token's characters are RFC 6750's. */
const BEARER = /^bearer +([A-Za-z0-9._~+/-]+=*) *$/i;

export async function callerHooks(
  app: FastifyInstance,
  { identity, requestsPerMinute }: CallerSettings,
): Promise<CallerHooks> {
  const keys = identity && new IssuerKeys(identity, app.log);
  const authenticate = async (request: FastifyRequest) => {
    if (!identity || !keys) throw new ProblemError(503, "no identity provider is configured");
    request.caller = await identify(request, keys, identity);
  };
  app.decorateRequest("caller", undefined);
  await app.register(rateLimit, {
    ...{ global: false, max: requestsPerMinute, timeWindow: 60_000 },
    keyGenerator: ({ caller }) => caller ?? "",
  });
  const count = app.createRateLimit();
  const limit = async (request: FastifyRequest) => {
    if (request.caller === undefined) return;
    const counted = await count(request);
    if (!counted.isAllowed && counted.isExceeded) throw tooManyRequests(counted.ttlInSeconds);
  };
  const required = [authenticate, limit];
  const optional = [
    async (request: FastifyRequest) => {
      if (request.headers.authorization !== undefined) await authenticate(request);
    },
    limit,
  ];
  return { required, optional };
}

/** The caller of a route that requires one. */
export function requiredCaller({ caller, routeOptions }: FastifyRequest): string {
  if (caller === undefined) throw new Error(`${String(routeOptions.url)} does not ask who calls`);
  return caller;
}

async function identify(
  request: FastifyRequest,
  keys: IssuerKeys,
  identity: IdentitySettings,
): Promise<string> {
  const token = tokenOf(request);
  try {
    return await callerOf(token, keys, identity);
  } catch (error) {
    if (error instanceof TokenRefused) {
      // Never the token; the library's code says which check failed.
      request.log.info({ err: error }, "a token is refused");
      throw unauthorized(error.message, 'Bearer error="invalid_token"');
    }
    if (!(error instanceof KeysUnavailable)) throw error;
    request.log.error({ err: error }, error.message);
    throw new ProblemError(503, "the token cannot be checked now", { retryAfterSeconds: 5 });
  }
}

function tokenOf({ headers, raw }: FastifyRequest): string {
  const { authorization } = headers;
  if (authorization === undefined || !/^bearer( |$)/i.test(authorization)) {
    throw unauthorized("a bearer token is needed", "Bearer");
  }
  // Node.js takes the first of several, another server on the way perhaps the last.
  const given = raw.rawHeaders.filter((_, index) => index % 2 === 0);
  const several = given.filter((name) => name.toLowerCase() === "authorization").length > 1;
  const token = several ? undefined : BEARER.exec(authorization)?.[1];
  if (token === undefined) {
    throw unauthorized("the token is not valid", 'Bearer error="invalid_token"');
  }
  return token;
}

function unauthorized(detail: string, challenge: string): ProblemError {
  return new ProblemError(401, detail, { challenge });
}

function tooManyRequests(seconds: number): ProblemError {
  const retryAfterSeconds = Math.max(1, seconds);
  return new ProblemError(429, "this caller sends too many requests", { retryAfterSeconds });
}
