import type Docker from "dockerode";
import { Refusal, type Report } from "../../operations/terminal/refusal";
import { installPackages } from "./apt";
import {
  SOCKET,
  advice,
  connect,
  dockerdBinary,
  problemWith,
} from "../../operations/target/engine";
import { startDaemon } from "./daemon";
import { type Machine, thisMachine } from "../../operations/target/machine";
import { atLeast } from "../../operations/target/version";

/** The API version of engine 20.10, the oldest that the platform is tested with. */
const NEEDED_API = "1.41";

export interface EngineOptions {
  /** The user's DOCKER_HOST. */
  readonly dockerHost?: string | undefined;
  /** The folder for the log of an engine that is started without a service manager. */
  readonly cacheFolder: string;
  readonly report: Report;
}

/**
 * Returns a container engine that answers: the running one or, as root on Debian, one that is
 * installed and started here. An engine started here outlives this process.
 *
 * @throws Refusal with instructions where none can be started automatically
 */
export async function prepareEngine(options: EngineOptions): Promise<Docker> {
  const { dockerHost, report } = options;
  const docker = connect(dockerHost);
  const problem = await problemWith(docker);
  if (problem === undefined) return await checked(docker);
  if (dockerHost !== undefined && dockerHost !== "" && dockerHost !== `unix://${SOCKET}`) {
    throw new Refusal(
      `no container engine answers at DOCKER_HOST=${dockerHost}: ${problem.message}`,
      "Start that engine, or `unset DOCKER_HOST` to use this machine's own.",
    );
  }
  const machine = thisMachine();
  if (machine.os !== "linux" || !machine.root) throw advice(machine, problem, dockerdBinary());
  await install(machine, report);
  if ((await problemWith(docker)) !== undefined) await startDaemon(docker, options);
  return await checked(docker);
}

async function checked(docker: Docker): Promise<Docker> {
  const { Version, ApiVersion } = await docker.version();
  if (!atLeast(ApiVersion, NEEDED_API)) {
    throw new Refusal(
      `the container engine ${Version} supports API version ${ApiVersion}, but ${NEEDED_API} is required`,
      "Install Docker Engine 20.10 or newer: https://docs.docker.com/engine/install",
    );
  }
  return docker;
}

async function install(machine: Machine, report: Report): Promise<void> {
  if (dockerdBinary() !== undefined) return;
  if (!machine.debian) throw advice(machine, new Error("absent"), undefined);
  report("there is no container engine on this machine");
  await installPackages(["docker.io", "iptables"], report);
}
