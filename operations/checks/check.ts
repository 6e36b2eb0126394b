import type Docker from "dockerode";
import type { ClientSettings } from "../target/clients";
import type { Services } from "../../spec/service/spec";
import type { Config } from "../../spec/config";
import type { Clients } from "./clients";

/** What would stop a deployment halfway, in one sentence, and the command or edit that fixes it. */
export interface Problem {
  readonly problem: string;
  readonly fix: string;
}

/** What is about to be deployed, where, and with which tools. */
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

/** A summary in a few words, or the problems. */
export type CheckResult = { readonly found: string } | { readonly problems: readonly Problem[] };

/** One condition of a deployment. A check reads it and changes nothing. */
export interface Check {
  readonly title: string;
  readonly run: (context: CheckContext) => Promise<CheckResult>;
}

/** The problems, or the summary when there are none. */
export function resultOf(found: string, problems: readonly Problem[]): CheckResult {
  return problems.length > 0 ? { problems } : { found };
}

/** Whether any service has a database, which gives the platform a cluster. */
export function hasDatabase(services: Services): boolean {
  return Object.values(services).some(({ database }) => database);
}
