import type { Clients } from "../target/clients";
import type { Place } from "./deployed-task";
import type { Terminal } from "./terminal";

/** By whom ECS says that a one-off task was started. */
export const STARTED_BY = "platform-run";

/** A command to run once in a service's container. */
export interface OneOff extends Place {
  /** The words of the command; no shell reads them. */
  readonly command: readonly string[];
  /** How long it may run, in minutes. */
  readonly minutes: number;
}

/** What a one-off task is followed and stopped with. */
export interface Followed {
  readonly oneOff: OneOff;
  readonly clients: Clients;
  readonly terminal: Terminal;
}
