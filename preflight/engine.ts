import type Docker from "dockerode";
import { dockerdBinary, problemWith } from "../local/prepare/daemon";
import { advice } from "../local/prepare/engine";
import { thisMachine } from "../local/prepare/machine";
import type { Config } from "../spec/config";
import { type Check, type Problem, resultOf } from "./check";

const DEFAULT_SOCKET = "/var/run/docker.sock";

/** That an engine answers, and what its containers are. */
export const engine: Check = {
  title: "Container engine",
  run: async ({ docker, config }) => {
    const silence = await problemWith(docker);
    if (silence) return { problems: [silenceProblem(docker, silence)] };
    const { Version, Os, Arch } = await docker.version();
    const platform = `${Os}/${Arch}`;
    const problem = {
      problem: `the engine runs ${Os} containers, and the images are for Linux`,
      mend: "switch the engine to Linux containers, or name another one: export DOCKER_HOST=…",
    };
    const found = `Docker ${Version} on ${platform}${emulation(platform, config)}`;
    return resultOf(found, Os === "linux" ? [] : [problem]);
  },
};

/** Where the engine's socket lies on this machine; `undefined` for an engine elsewhere. */
export function socketOf({ modem }: Docker): string | undefined {
  return "socketPath" in modem && typeof modem.socketPath === "string"
    ? modem.socketPath
    : undefined;
}

function silenceProblem(docker: Docker, silence: Error): Problem {
  if (socketOf(docker) === DEFAULT_SOCKET) {
    const { message, mend } = advice(thisMachine(), silence, dockerdBinary());
    return { problem: message, mend };
  }
  return {
    problem: `no container engine answers at DOCKER_HOST: ${silence.message}`,
    mend: "start that engine, or `unset DOCKER_HOST` to use this machine's own",
  };
}

/** Desktop engines emulate; elsewhere the first build says so, before anything is deployed. */
function emulation(platform: string, { architecture }: Config): string {
  const wanted = architecture === "ARM64" ? "linux/arm64" : "linux/amd64";
  return platform === wanted ? "" : `, which must emulate ${wanted}`;
}
