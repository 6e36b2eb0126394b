import { existsSync } from "node:fs";
import { userInfo } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import Docker from "dockerode";
import { Refusal } from "../terminal/refusal";
import { hasCode } from "./error-code";
import type { Machine } from "./machine";

/** The engine's address unless DOCKER_HOST sets another. */
export const SOCKET = "/var/run/docker.sock";

const FOLDERS = ["/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin", "/snap/bin"];

/** @throws Refusal for address schemes that the local platform does not support */
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

/** The path of the engine's socket on this machine; `undefined` for a remote engine. */
export function socketOf({ modem }: Docker): string | undefined {
  return "socketPath" in modem && typeof modem.socketPath === "string"
    ? modem.socketPath
    : undefined;
}

/** Why the engine does not answer within five seconds; `undefined` when it does. */
export async function problemWith(docker: Docker): Promise<Error | undefined> {
  const silence = pause(5_000, new Error("no answer within 5 s"), { ref: false });
  const ping = docker.ping().then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
  );
  return await Promise.race([ping, silence]);
}

/** The path of the engine's binary; `undefined` when it is not installed. */
export function dockerdBinary(): string | undefined {
  return FOLDERS.map((folder) => path.join(folder, "dockerd")).find((file) => existsSync(file));
}

/** What the user must do when this program may not do it. */
export function advice(machine: Machine, problem: Error, binary: string | undefined): Refusal {
  if (machine.os === "darwin") {
    return new Refusal(
      `no container engine answers at ${SOCKET}`,
      "open -a Docker   # or another engine, with DOCKER_HOST set to its address",
    );
  }
  if (hasCode(problem, "EACCES", "EPERM")) {
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
