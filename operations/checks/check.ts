import type Docker from "dockerode";
import type { ClientSettings } from "../target/clients";
import type { Services } from "../../spec/service/spec";
import type { Config } from "../../spec/config";
import type { Clients } from "./clients";

/** What would end a deployment half-way: in one sentence, and the command or the edit that fixes it. */
export interface Problem {
  readonly problem: string;
  readonly fix: string;
}

/** What is about to be deployed, where, and with what. */
export interface PreflightContext {
  readonly config: Config;
  readonly services: Services;
  readonly clientSettings: ClientSettings;
  readonly docker: Docker;
  /** Path or name of the Terraform program. */
  readonly terraform: string;
  /** The output `repository-urls` of the environment's registry. @default nothing is deployed */
  readonly deployedRepositories?: Readonly<Record<string, string>>;
}

export interface CheckContext extends PreflightContext {
  readonly clients: Clients;
}

/** What was found, in a few words, or what is wrong. */
export type CheckResult = { readonly found: string } | { readonly problems: readonly Problem[] };

/** One condition of a deployment. It is read, never made. */
export interface Check {
  readonly title: string;
  readonly run: (context: CheckContext) => Promise<CheckResult>;
}

/** What was found, unless something is wrong. */
export function resultOf(found: string, problems: readonly Problem[]): CheckResult {
  return problems.length > 0 ? { problems } : { found };
}

/** Whether any service has a database, and the platform so a cluster. */
export function hasDatabase(services: Services): boolean {
  return Object.values(services).some(({ database }) => database);
}
