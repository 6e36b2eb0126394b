import { Resolver } from "node:dns/promises";
import { CERTIFICATE_MINUTES, NAME_SERVER } from "../../spec/limits";
import { type Domain, isIn } from "../../spec/environment/domain";
import { wordsOf } from "../target/aws-error";
import { hasCode } from "../target/error-code";
import type { Problem } from "./check";

/** DNS errors for a name without name servers of its own. */
const NO_SERVERS = ["ENOTFOUND", "ENODATA"];

/** Whether the domain is delegated to the hosted zone: a short note, or a problem. */
export type Delegation = { readonly note: string } | { readonly problem: Problem };

/**
 * Finds the name servers that answer for the domain: those of its nearest ancestor that has any.
 * ACM finds its record in the same way. A failed DNS lookup is not reported as a problem.
 *
 * @param servers the name servers of the hosted zone
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
      if (asked.every((server) => known.includes(server)))
        return { note: "delegated to its name servers" };
      const finding = isIn(name, domain.hostedZone)
        ? `delegates ${name} to ${asked.join(", ")}`
        : `has no name servers for ${domain.hostedZone}`;
      return { problem: notAsked(domain, known, finding) };
    } catch (error) {
      if (hasCode(error, "ESERVFAIL")) {
        return { problem: notAsked(domain, servers, `gets no answer for ${name}`) };
      }
      if (!hasCode(error, ...NO_SERVERS))
        return { note: `the DNS lookup failed (${wordsOf(error)})` };
    }
  }
  return { note: "this machine cannot resolve internet names" };
}

/** `dev.example.com`, `example.com` and `com`, which always has name servers. */
function namesAbove(name: string): string[] {
  const labels = name.split(".");
  return labels.map((_, index) => labels.slice(index).join("."));
}

function notAsked(
  { name, hostedZone }: Domain,
  servers: readonly string[],
  finding: string,
): Problem {
  return {
    problem: `${name} is not delegated to the hosted zone ${hostedZone}: DNS ${finding}, and ACM would time out after ${CERTIFICATE_MINUTES} minutes`,
    fix: `set the name servers of ${hostedZone} to ${servers.map(canonical).join(", ")} at its registrar or in its parent zone; or set the hostedZone that DNS uses in environments.ts`,
  };
}

function canonical(server: string): string {
  return server.toLowerCase().replace(/\.$/, "");
}
