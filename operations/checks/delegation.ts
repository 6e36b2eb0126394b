import { Resolver } from "node:dns/promises";
import { CERTIFICATE_MINUTES, NAME_SERVER } from "../../spec/limits";
import { type Domain, isIn } from "../../spec/environment/domain";
import { wordsOf } from "../target/aws-error";
import { hasCode } from "../target/error-code";
import type { Problem } from "./check";

/** What DNS says of a name that has no servers of its own. */
const NO_SERVERS = ["ENOTFOUND", "ENODATA"];

/** Whether the internet's DNS asks the hosted zone's servers, in a few words or as a problem. */
export type Delegation = { readonly note: string } | { readonly problem: Problem };

/**
 * Asks DNS where it looks the domain up: at the servers of the nearest name above it that has some.
 * ACM looks for its record in the same way. A failed DNS lookup is not reported as a problem.
 *
 * @param servers those of the hosted zone
 */
export async function delegationOf(
  domain: Domain,
  servers: readonly string[],
): Promise<Delegation> {
  const resolver = new Resolver({ timeout: NAME_SERVER.answerMs, tries: NAME_SERVER.attempts });
  for (const name of namesAbove(domain.name)) {
    try {
      const asked = (await resolver.resolveNs(name)).map(canonical);
      const known = servers.map(canonical);
      if (asked.every((server) => known.includes(server))) return { note: "DNS asks its servers" };
      const finding = isIn(name, domain.hostedZone)
        ? `asks ${asked.join(", ")} for ${name}`
        : `knows no servers of ${domain.hostedZone}`;
      return { problem: notAsked(domain, known, finding) };
    } catch (error) {
      if (hasCode(error, "ESERVFAIL")) {
        return { problem: notAsked(domain, servers, `gets no answer for ${name}`) };
      }
      if (!hasCode(error, ...NO_SERVERS))
        return { note: `DNS could not be asked (${wordsOf(error)})` };
    }
  }
  return { note: "the DNS of this machine knows nothing of the internet" };
}

/** `dev.example.com`, `example.com` and `com`, which always has servers. */
function namesAbove(name: string): string[] {
  const labels = name.split(".");
  return labels.map((_, index) => labels.slice(index).join("."));
}

function notAsked({ hostedZone }: Domain, servers: readonly string[], finding: string): Problem {
  return {
    problem: `DNS ${finding}, and not the hosted zone ${hostedZone}: ACM would look for its record for ${CERTIFICATE_MINUTES} minutes in vain`,
    fix: `where ${hostedZone} is registered, or in the zone above it, name its servers ${servers.map(canonical).join(", ")}; or say the hostedZone that DNS asks in environments.ts`,
  };
}

function canonical(server: string): string {
  return server.toLowerCase().replace(/\.$/, "");
}
