import type { Config } from "../../spec/config";
import type { Services } from "../../spec/service/spec";
import type { Clients } from "../target/clients";
import type { Report } from "../terminal/refusal";

/** A service whose tasks ECS replaces, and how the person at the terminal follows that. */
export interface Rollout {
  readonly service: string;
  readonly config: Config;
  readonly services: Services;
  readonly clients: Clients;
  readonly signal: AbortSignal;
  readonly report: Report;
}

/** What ECS is asked to do with a service, and what is said if it does not. */
export interface Change {
  /** The new tasks: of the revision that is deployed, or of another one. */
  readonly update: { readonly forceNewDeployment: true } | { readonly taskDefinition: string };
  /** How things are as long as ECS has not taken it, as the end of a sentence. */
  readonly unchanged: string;
  /** Where a rollback may go whose version fails as well. @default none: the version stays the same */
  readonly elsewhere?: string;
  /** The page with the policy of a caller who may make it. */
  readonly policies: string;
}

/** ECS's words for a service that is not deployed. */
export const NOT_DEPLOYED = [
  "ClusterNotFoundException",
  "ServiceNotFoundException",
  "ServiceNotActiveException",
] as const;
