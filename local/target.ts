import type { Target } from "../operations/target/target";
import { createClients } from "../operations/target/clients";
import { clientSettings } from "./aws/urls";
import type { Machine } from "./prepared-machine";
import type { LocalSettings } from "./aws/settings";

/** An environment on the local AWS; the machine must have been prepared. */
export function localTarget(
  { terraform, docker }: Machine,
  settings: LocalSettings,
  signal: AbortSignal,
): Target {
  const { config, services, environment } = settings;
  const client = clientSettings(settings);
  return {
    config,
    services,
    environment,
    terraform,
    docker,
    signal,
    clientSettings: client,
    clients: createClients(client),
  };
}
