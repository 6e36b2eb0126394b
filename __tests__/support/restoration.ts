import Docker from "dockerode";
import { createClients } from "../../operations/target/clients";
import type { Target } from "../../operations/target/target";
import { readConfig } from "../../project";
import { FakeRds } from "./rds";

/** The environment dev with a protected cluster, its writer and its reader. */
export function deployed(): { target: Target; rds: FakeRds } {
  const { config, services } = readConfig({});
  const clientSettings = { region: "us-east-1" };
  const clients = createClients(clientSettings);
  const rds = new FakeRds(clients.rds);
  rds.add("platform-dev", "of now", "platform-writer-dev", "platform-reader-dev");
  const target: Target = {
    config,
    services,
    clients,
    clientSettings,
    environment: {},
    terraform: "terraform",
    docker: new Docker({ socketPath: "/nowhere/docker.sock" }),
    signal: new AbortController().signal,
  };
  return { target, rds };
}
