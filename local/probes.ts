import type Docker from "dockerode";
import type { Config } from "../stacks/config";
import { DOCKER_LABEL } from "../stacks/images/service-image";
import { textOf } from "./local-aws";

/** A probe that is not healthy, with what it said last. */
export interface FailedProbe {
  readonly name: string;
  /** `exited with 1`, `unhealthy: …` */
  readonly state: string;
  readonly log: readonly string[];
}

const LOG_LINES = 20;

/** Stops the probes that have done their work; a stopped one is no change on the next plan. */
export async function stopProbes(docker: Docker, config: Config): Promise<void> {
  const probes = await listProbes(docker, config);
  await Promise.all(
    probes
      .filter(({ State }) => State === "running")
      .map(({ Id }) => docker.getContainer(Id).stop({ t: 5 }) as Promise<unknown>),
  );
}

/** Removes the probes of all environments, for when no Terraform state knows of them any more. */
export async function removeProbes(docker: Docker): Promise<void> {
  const containers = await docker.listContainers({ all: true, filters: { label: [DOCKER_LABEL] } });
  await Promise.all(
    containers
      .filter(({ Names }) => Names.some((name) => name.includes("-probe-")))
      .map(
        ({ Id }) => docker.getContainer(Id).remove({ force: true, v: true }) as Promise<unknown>,
      ),
  );
}

/** The probes that kept their image from being pushed. */
export async function failedProbes(docker: Docker, config: Config): Promise<FailedProbe[]> {
  const probes = await listProbes(docker, config);
  const failed = await Promise.all(probes.map(async ({ Id }) => describeProbe(docker, Id)));
  return failed.filter((probe) => probe !== undefined);
}

async function describeProbe(docker: Docker, id: string): Promise<FailedProbe | undefined> {
  const container = docker.getContainer(id);
  const { Name, State } = await container.inspect();
  if (State.Health?.Status === "healthy") return undefined;
  // A probe that `up` has stopped keeps its last health; one that ended itself has an exit code.
  const lastCheck = State.Health?.Log.at(-1)?.Output.trim().split("\n").at(-1);
  const state = State.Running
    ? `runs, but its health check fails${lastCheck ? `: ${lastCheck}` : ""}`
    : `exited with ${State.ExitCode}${State.OOMKilled ? " (out of memory)" : ""}`;
  const log = await container.logs({ stdout: true, stderr: true, tail: LOG_LINES });
  return { name: Name.slice(1), state, log: textOf(log).split("\n").filter(Boolean) };
}

async function listProbes(docker: Docker, config: Config): Promise<Docker.ContainerInfo[]> {
  const label = [`${DOCKER_LABEL}=${config.suffix}`];
  return docker.listContainers({ all: true, filters: { label } });
}
