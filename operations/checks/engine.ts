import type Docker from "dockerode";
import { SOCKET, advice, dockerdBinary, problemWith, socketOf } from "../target/engine";
import { thisMachine } from "../target/machine";
import type { Config } from "../../spec/config";
import { type Check, type Problem, resultOf } from "./check";

/** Checks that the container engine answers and runs Linux containers. */
export const engine: Check = {
  title: "Container engine",
  run: async ({ docker, config }) => {
    const silence = await problemWith(docker);
    if (silence) return { problems: [silenceProblem(docker, silence)] };
    const { Version, Os, Arch } = await docker.version();
    const platform = `${Os}/${Arch}`;
    const problem = {
      problem: `the engine runs ${Os} containers, but the images are for Linux`,
      fix: "switch the engine to Linux containers, or use another one: export DOCKER_HOST=…",
    };
    const found = `Docker ${Version} on ${platform}${emulation(platform, config)}`;
    return resultOf(found, Os === "linux" ? [] : [problem]);
  },
};

function silenceProblem(docker: Docker, silence: Error): Problem {
  if (socketOf(docker) === SOCKET) {
    const { message, fix } = advice(thisMachine(), silence, dockerdBinary());
    return { problem: message, fix };
  }
  return {
    problem: `no container engine answers at DOCKER_HOST: ${silence.message}`,
    fix: "start that engine, or `unset DOCKER_HOST` to use this machine's own",
  };
}

/** Desktop engines emulate; on others the first build fails, before anything is deployed. */
function emulation(platform: string, { architecture }: Config): string {
  const wanted = architecture === "ARM64" ? "linux/arm64" : "linux/amd64";
  return platform === wanted ? "" : `, which must emulate ${wanted}`;
}
