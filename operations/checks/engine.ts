import type Docker from "dockerode";
import { SOCKET, advice, dockerdBinary, problemWith, socketOf } from "../target/engine";
import { thisMachine } from "../target/machine";
import type { Config } from "../../spec/config";
import { processorOf } from "../../spec/images";
import { runsPrograms, withoutEmulation } from "../../stacks/images/emulation";
import { type Check, type Problem, resultOf } from "./check";

/** Checks that the container engine answers and runs Linux containers. */
export const engine: Check = {
  title: "Container engine",
  run: async ({ docker, config }) => {
    const silence = await problemWith(docker);
    if (silence) return { problems: [silenceProblem(docker, silence)] };
    const version = await docker.version();
    const { Version, Os, Arch } = version;
    const foreign = {
      problem: `the engine runs ${Os} containers, but the images are for Linux`,
      fix: "switch the engine to Linux containers, or use another one: export DOCKER_HOST=…",
    };
    const emulation = await emulationOf(docker, version, config);
    return resultOf(`Docker ${Version} on ${Os}/${Arch}${emulation.found}`, [
      ...(Os === "linux" ? [] : [foreign]),
      ...emulation.problems,
      ...(config.promoteFrom ? [] : builderProblems(version)),
    ]);
  },
};

/**
 * Every image is built by the BuildKit in the engine, which Docker has since 18.09, the first with this
 * version of the API. Podman answers as Docker does, and has none.
 */
const BUILDKIT_API = { major: 1, minor: 39 } as const;

/** An engine without BuildKit, for which the provider fails with words about a connection. */
function builderProblems({ Version, ApiVersion, Components }: Docker.DockerVersion): Problem[] {
  const other = Components.find(({ Name }) => /podman/i.test(Name))?.Name;
  const [major = 0, minor = 0] = ApiVersion.split(".").map(Number);
  const isNew = major > BUILDKIT_API.major || minor >= BUILDKIT_API.minor;
  if (other === undefined && isNew) return [];
  return [
    {
      problem: `the engine is ${other ?? `Docker ${Version}`}, which has no BuildKit to build the images with: RUN --mount, secrets and heredocs in Dockerfiles need it`,
      fix: "use Docker Engine 23 or newer: https://docs.docker.com/engine/install, or that of another machine: export DOCKER_HOST=…",
    },
  ];
}

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

/** Promoted images are probed too. */
async function emulationOf(docker: Docker, { Os, Arch }: Docker.DockerVersion, config: Config) {
  const wanted = processorOf(config);
  if (Os !== "linux" || Arch === wanted) return { found: "", problems: [] };
  const runs = await runsPrograms(docker, wanted);
  return {
    found: runs
      ? `, which emulates linux/${wanted}`
      : `; whether it emulates linux/${wanted} cannot be told`,
    problems: runs === false ? [withoutEmulation(config, `${Os}/${Arch}`)] : [],
  };
}
