import { isObject } from "../../spec/schema";
import { type Check, type Problem, resultOf } from "./check";

const ANSWER_MS = 5_000;

/**
 * Checks that the issuer's document names the issuer of environments.ts, letter by letter, and keys that
 * tasks can reach. An issuer that answers the tasks' network alone is not a problem here.
 *
 * @see https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig
 */
export const issuer: Check = {
  title: "Identity provider",
  run: async ({ config: { identity } }) => {
    if (!identity) return { found: "a user pool of the environment" };
    const place = `${identity.issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
    const answer = await documentAt(place);
    if (answer === undefined) {
      return { found: `${identity.issuer}, which does not answer this machine` };
    }
    return resultOf(identity.issuer, problemsIn(answer, identity.issuer, place));
  },
};

interface Answer {
  readonly status: number;
  readonly document: unknown;
}

/** `undefined` if nothing answers. */
async function documentAt(place: string): Promise<Answer | undefined> {
  let response: Response;
  try {
    response = await fetch(place, { signal: AbortSignal.timeout(ANSWER_MS) });
  } catch {
    return undefined;
  }
  const document: unknown = await response.json().catch(() => undefined);
  return { status: response.status, document };
}

function problemsIn({ status, document }: Answer, expected: string, place: string): Problem[] {
  const fix = "set identity.issuer in environments.ts to the `iss` of its tokens";
  if (status !== 200 || !isObject(document)) {
    return [{ problem: `${place} answers ${status} and no document of an issuer`, fix }];
  }
  const { issuer: named, jwks_uri: keys } = document;
  if (named !== expected) {
    const problem = `${place} is the document of ${JSON.stringify(named)}; services would refuse its tokens`;
    return [{ problem, fix: `set identity.issuer in environments.ts to ${JSON.stringify(named)}` }];
  }
  if (typeof keys === "string" && URL.canParse(keys) && isReached(new URL(keys))) return [];
  return [
    {
      problem: `${expected} keeps its keys at ${JSON.stringify(keys)}, but tasks reach HTTPS at port 443 alone`,
      fix: "have the issuer serve its keys there",
    },
  ];
}

function isReached({ protocol, port }: URL): boolean {
  return protocol === "https:" && port === "";
}
