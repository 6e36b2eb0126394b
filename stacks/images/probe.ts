import { Container } from "@cdktf/provider-docker/lib/container";
import type { Construct } from "constructs";
import { START_SECONDS } from "../../spec/limits";
import type { Config } from "../../spec/config";
import { READY_MIB } from "../../spec/images";
import { DOCKER_LABEL, healthProbeName, probeName } from "../../spec/names";
import type { Probe } from "./image-spec";

export interface ProbeProps extends Probe {
  readonly config: Config;
  /** The image's ID in the engine. */
  readonly imageId: string;
  /** Whom it runs as instead of its own user. @default its own user */
  readonly user: string | undefined;
  /** The image that asks for the health URL. */
  readonly readyId: string | undefined;
}

/** A stopped probe is no change in the next plan, and a failed one stays, so that its log can be read. */
const SETTINGS = {
  readOnly: true,
  capabilities: { drop: ["ALL"] },
  mustRun: false,
  restart: "no",
};

/**
 * Runs an image like its task until it is healthy.
 *
 * @param scope the image's scope, whose id names it
 * @returns what is created only once it is healthy
 */
export function probe(scope: Construct, props: ProbeProps): Container {
  const { health, readyId } = props;
  if ("command" in health) return runProbe(scope, props, untilHealthy(health.command));
  if (readyId === undefined) throw new Error(`${scope.node.id} has nothing to ask for its health`);
  return askForHealth(scope, runProbe(scope, props), { ...props, url: health.url, readyId });
}

function runProbe(
  scope: Construct,
  { config, imageId, user, environment, health, memory, command, readyId }: ProbeProps,
  wait?: ReturnType<typeof untilHealthy>,
): Container {
  const asked = "command" in health ? health.command : [health.url, readyId];
  return new Container(scope, "probe", {
    ...SETTINGS,
    ...wait,
    name: probeName(config, scope.node.id),
    image: imageId,
    ...(command && { command: [...command] }),
    env: Object.entries(environment).map(([key, value]) => `${key}=${value}`),
    init: true,
    ...(user && { user }),
    memory,
    // No swap beyond the memory limit: an image that does not fit here does not fit in the task.
    memorySwap: memory,
    // A probe may use a whole processor: on the build host it does not test the start-up speed.
    cpus: "1.0",
    labels: [
      { label: DOCKER_LABEL, value: config.suffix },
      // The provider updates health check and memory in place, without a new probe, and a stopped one
      // does not start again for another that asks it; a changed label makes it start one.
      { label: `${DOCKER_LABEL}.probe`, value: [...asked, memory].join(" ") },
    ],
  });
}

/** Asks in the network of the probe, as the task's container does in that of its task. */
function askForHealth(
  scope: Construct,
  asked: Container,
  { config, url, readyId }: { config: Config; url: string; readyId: string },
): Container {
  return new Container(scope, "health", {
    ...SETTINGS,
    ...untilHealthy(["/ready", "check"]),
    name: healthProbeName(config, scope.node.id),
    image: readyId,
    command: ["watch", url],
    networkMode: `container:${asked.id}`,
    memory: READY_MIB,
    memorySwap: READY_MIB,
    labels: [{ label: DOCKER_LABEL, value: config.suffix }],
  });
}

function untilHealthy(command: readonly string[]) {
  return {
    healthcheck: {
      test: ["CMD", ...command],
      interval: "1s",
      timeout: "5s",
      // In the engine's format; "60s" would replace the probe on every deployment.
      startPeriod: "1m0s",
      retries: 3,
    },
    wait: true,
    waitTimeout: START_SECONDS,
  };
}
