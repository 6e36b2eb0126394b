import { userInfo } from "node:os";
import Docker from "dockerode";
import { Refusal, type Report } from "../../deployment/refusal";
import { installPackages } from "./apt";
import { dockerdBinary, problemWith, startDaemon } from "./daemon";
import { isCode } from "./lock";
import { type Machine, thisMachine } from "./machine";
import { atLeast } from "./version";

const SOCKET = "/var/run/docker.sock";

/** The API of engine 20.10, the oldest that the platform is tried with. */
const NEEDED_API = "1.41";

export interface EngineOptions {
  /** The user's DOCKER_HOST. */
  readonly dockerHost?: string | undefined;
  /** Where the log of an engine that had to be started by hand is kept. */
  readonly cacheFolder: string;
  readonly report: Report;
}

/**
 * A container engine that answers: the running one; as root on Debian one that is installed and
 * started here. One that was started stays when this process ends.
 *
 * @throws Refusal that says how to get one, where that is not ours to do
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

/** @throws Refusal for kinds of addresses that the local platform cannot work with */
export function connect(dockerHost: string | undefined): Docker {
  if (dockerHost === undefined || dockerHost === "") return new Docker({ socketPath: SOCKET });
  const url = URL.canParse(dockerHost) ? new URL(dockerHost) : undefined;
  if (url?.protocol === "unix:") return new Docker({ socketPath: url.pathname });
  if (url?.protocol === "tcp:") {
    const port = Number(url.port === "" ? 2375 : url.port);
    return new Docker({ protocol: "http", host: url.hostname, port });
  }
  throw new Refusal(
    `DOCKER_HOST is "${dockerHost}"; it must begin with unix:// or tcp://`,
    "`unset DOCKER_HOST` to use this machine's own engine.",
  );
}

async function checked(docker: Docker): Promise<Docker> {
  const { Version, ApiVersion } = await docker.version();
  if (!atLeast(ApiVersion, NEEDED_API)) {
    throw new Refusal(
      `the container engine ${Version} speaks API ${ApiVersion}, and ${NEEDED_API} is needed`,
      "Install Docker Engine 20.10 or newer: https://docs.docker.com/engine/install",
    );
  }
  return docker;
}

/** What a person has to do where this program may not do it. */
export function advice(machine: Machine, problem: Error, binary: string | undefined): Refusal {
  if (machine.os === "darwin") {
    return new Refusal(
      `no container engine answers at ${SOCKET}`,
      "open -a Docker   # or another engine, with DOCKER_HOST set to its address",
    );
  }
  if (isCode(problem, "EACCES", "EPERM")) {
    return new Refusal(
      `a container engine runs, but ${userInfo().username} may not use ${SOCKET}`,
      'sudo usermod -aG docker "$USER"   # then log out and in again',
    );
  }
  const start = "sudo systemctl start docker";
  if (binary !== undefined) return new Refusal("the container engine is not running", start);
  return new Refusal(
    "there is no container engine on this machine",
    machine.debian
      ? `sudo apt-get update && sudo apt-get install -y docker.io iptables && ${start}`
      : "Install Docker Engine: https://docs.docker.com/engine/install",
  );
}

async function install(machine: Machine, report: Report): Promise<void> {
  if (dockerdBinary() !== undefined) return;
  if (!machine.debian) throw advice(machine, new Error("absent"), undefined);
  report("there is no container engine on this machine");
  await installPackages(["docker.io", "iptables"], report);
}
