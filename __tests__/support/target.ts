import Docker from "dockerode";
import { createClients } from "../../operations/target/clients";
import type { Target } from "../../operations/target/target";
import { readConfig } from "../../project";

/** An environment with tools that reach nothing: no engine, no Terraform. */
export function targetOf(
  { config, services }: Pick<Target, "config" | "services"> = readConfig({}),
): Target {
  const clientSettings = { region: config.region };
  return {
    config,
    services,
    clientSettings,
    clients: createClients(clientSettings),
    environment: {},
    terraform: "/nowhere/terraform",
    docker: new Docker({ socketPath: "/nowhere/docker.sock" }),
    signal: new AbortController().signal,
  };
}
