import type Docker from "dockerode";
import { type Clients, type ClientSettings, createClients } from "./clients";
import { connect } from "./engine";
import type { Services } from "../../spec/service/spec";
import type { Config } from "../../spec/config";
import { environment, readConfig } from "../../project";
import { Refusal } from "../terminal/refusal";

/** An environment and the tools to deploy it with. */
export interface Target {
  readonly config: Config;
  readonly services: Services;
  /** Variables for the synthesis and Terraform, in addition to this process's own. */
  readonly environment: Readonly<NodeJS.ProcessEnv>;
  /** Path or name of the Terraform program. */
  readonly terraform: string;
  readonly docker: Docker;
  readonly clients: Clients;
  readonly clientSettings: ClientSettings;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/**
 * Reads the environment that this process's variables select: in an AWS account, or on the local AWS
 * after `eval "$(npx platform env)"`.
 *
 * @param variables override this process's own
 * @throws Refusal with every mistake in the settings
 */
export function readTarget(
  signal: AbortSignal,
  variables: Readonly<Record<string, string>> = {},
): Target {
  const { config, services, problems } = readConfig({ ...environment, ...variables });
  if (problems.length > 0) {
    throw new Refusal(problems.join("\n"), "Correct the above and run the command again.");
  }
  const clientSettings = { region: config.region, maxAttempts: 3 };
  return {
    config,
    services,
    signal,
    clientSettings,
    environment: { ...variables, CHECKPOINT_DISABLE: "1" },
    terraform: environment["TERRAFORM_BINARY_NAME"] ?? "terraform",
    docker: connect(environment["DOCKER_HOST"]),
    clients: createClients(clientSettings),
  };
}
