import type { ServiceSpec } from "../../spec/service/spec";
import { type Answer, type Question, problemOf } from "./reachability";
import type { ServiceStatus } from "./service-status";

/** What was found out about one service. */
export interface Evidence {
  readonly spec: ServiceSpec;
  readonly status: ServiceStatus;
  /** `repository@sha256:…` that the images stack gave out; `undefined` if it gave none. */
  readonly pushed: string | undefined;
  /** Who asked for its health path at its private name, and what came of it. */
  readonly inside: readonly { readonly question: Question; readonly answer: Answer | undefined }[];
  /** HTTP status through the load balancer at the public path; `undefined` for a private service. */
  readonly outside: number | string | undefined;
}

/** The reasons why a service is not as it should be; none when it is. */
export function problemsOf({ spec, status, pushed, inside, outside }: Evidence): string[] {
  const problems: string[] = [];
  const { running, desired, digests } = status;
  if (running < desired || desired === 0) {
    problems.push(`runs ${running} tasks of ${desired}`);
  }
  const digest = pushed?.split("@").at(1);
  if (digest === undefined) {
    problems.push("was never pushed: the images stack gives out no digest for it");
  } else if (digests.length !== 1 || digests[0] !== digest) {
    problems.push(`runs ${digests.join(" and ") || "nothing"}, but ${digest} was pushed`);
  }
  for (const { question, answer } of inside) {
    const problem = problemOf(question, answer, running);
    if (problem !== undefined) problems.push(problem);
  }
  if (spec.path !== undefined && (typeof outside !== "number" || outside >= 500)) {
    problems.push(`${spec.path} through the load balancer: ${outside ?? "nobody asked"}`);
  }
  return problems;
}
