import { unhealthyWords } from "../../operations/diagnosis/unhealthy-task";
import { mayHaveNone } from "../../spec/service/kinds";
import type { ServiceSpec } from "../../spec/service/spec";
import { type Answer, type Question, problemOf } from "./reachability";
import type { ServiceStatus } from "./service-status";

/** The findings about one service. */
export interface Evidence {
  readonly spec: ServiceSpec;
  readonly status: ServiceStatus;
  /** `repository@sha256:…` from the outputs of the images stack; `undefined` if it has none. */
  readonly pushed: string | undefined;
  /** The requests for its health path at its private name, with their answers. */
  readonly inside: readonly { readonly question: Question; readonly answer: Answer | undefined }[];
  /** HTTP status through the load balancer at the public path; `undefined` for a private service. */
  readonly outside: number | string | undefined;
}

/** The problems of a service; empty if it is as expected. */
export function problemsOf({ spec, status, pushed, inside, outside }: Evidence): string[] {
  const problems: string[] = [];
  const { running, desired, unhealthy, digests, addresses } = status;
  const idle = running === 0 && desired === 0 && mayHaveNone(spec);
  // ECS counts an unhealthy task as running until another one is healthy.
  if (running - unhealthy < desired || (desired === 0 && !idle)) {
    problems.push(`runs ${running} of ${desired} tasks${unhealthyWords(unhealthy)}`);
  }
  const digest = pushed?.split("@").at(1);
  if (digest === undefined) {
    problems.push("was never pushed: the images stack has no digest for it");
  } else if (!idle && (digests.length !== 1 || digests[0] !== digest)) {
    problems.push(`runs ${digests.join(" and ") || "nothing"}, but ${digest} was pushed`);
  }
  for (const { question, answer } of inside) {
    const problem = problemOf(question, answer, addresses);
    if (problem !== undefined) problems.push(problem);
  }
  if (spec.path !== undefined && (typeof outside !== "number" || outside >= 500)) {
    problems.push(`${spec.path} through the load balancer: ${outside ?? "not requested"}`);
  }
  return problems;
}
