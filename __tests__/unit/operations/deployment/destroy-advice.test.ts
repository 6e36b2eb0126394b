import Docker from "dockerode";
import { expect, test, vi } from "vitest";
import { destroyEnvironment } from "../../../../operations/deployment/destroy-environment";
import { readRepositories } from "../../../../operations/deployment/repositories";
import { createClients } from "../../../../operations/target/clients";
import { StackFailure } from "../../../../operations/terraform/terraform-process";
import { readConfig } from "../../../../project";

vi.mock("../../../../operations/checks/phase");
vi.mock("../../../../operations/terraform/synthesis");
vi.mock("../../../../operations/deployment/repositories");

test("a destruction that fails for a known reason names it and the fix, then Terraform's words", async () => {
  const locked = 'workspace already locked (lock ID: "acme/platform-registry-use1-dev")';
  vi.mocked(readRepositories).mockRejectedValue(new StackFailure("registry", [locked, locked]));
  const clientSettings = { region: "us-east-1" };
  const { config, services } = readConfig({});
  const destruction = destroyEnvironment({
    config,
    services,
    clientSettings,
    clients: createClients(clientSettings),
    environment: {},
    terraform: "terraform",
    docker: new Docker({ socketPath: "/nowhere/docker.sock" }),
    signal: new AbortController().signal,
  });
  await expect(destruction).rejects.toThrow(
    new RegExp(
      [
        "stack registry failed; run the same command again to destroy the rest\\.",
        "The workspace acme/platform-registry-use1-dev is locked.*",
        "→ .*force-unlock acme/platform-registry-use1-dev",
        "Terraform said:",
        "workspace already locked [^\\n]*$",
      ].join("\\n"),
    ),
  );
});
