import { Container, type ContainerConfig } from "@cdktf/provider-docker/lib/container";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import type { Config } from "../../spec/config";
import { READY_MIB } from "../../spec/images";
import { DOCKER_LABEL, healthProbeName, probeName } from "../../spec/names";
import { MOUNT_OPTIONS, type WritableFiles } from "../../spec/service/files";
import type { Probe, Sign } from "./image-spec";

export interface ProbeProps extends Probe {
  readonly config: Config;
  /** The image's ID in the engine. */
  readonly imageId: string;
  /** Whom it runs as. */
  readonly user: string;
  /** The image that asks for the health URL. */
  readonly readyId: string | undefined;
  /** What comes before it. */
  readonly dependsOn: ITerraformDependable[];
}

/** A stopped probe is no change in the next plan, and a failed one stays, so that its log can be read. */
const SETTINGS = {
  capabilities: { drop: ["ALL"] },
  mustRun: false,
  restart: "no",
};

/** As on ECS, a HEALTHCHECK of the image's own does not count. */
const UNCHECKED = { healthcheck: { test: ["NONE"] } };

/** Of a job, whose work is not wanted on the build host. */
const ALONE = { ...UNCHECKED, networkMode: "none" };

/**
 * Runs an image like its task until it has shown that it works.
 *
 * @param scope the image's scope, whose id names it
 * @returns what is created only once it has
 */
export function probe(scope: Construct, props: ProbeProps): Container {
  const { shows, startSeconds, readyId } = props;
  if ("command" in shows) return runProbe(scope, props, untilHealthy(shows.command, startSeconds));
  if ("exits" in shows) return runProbe(scope, props, untilItsEnd(scope.node.id));
  if ("starts" in shows) return runProbe(scope, props, ALONE);
  if (readyId === undefined) throw new Error(`${scope.node.id} has nothing to watch it`);
  const probed = runProbe(scope, props, UNCHECKED);
  return "url" in shows
    ? askForHealth(scope, probed, { ...props, url: shows.url, readyId })
    : stayBeside(scope, probed, { ...props, seconds: shows.staySeconds, readyId });
}

function runProbe(scope: Construct, props: ProbeProps, end: Partial<ContainerConfig>): Container {
  const { config, imageId, user, environment, memory, command, files, dependsOn } = props;
  const tmpfs = files && tmpfsOf(files);
  return new Container(scope, "probe", {
    ...SETTINGS,
    ...end,
    name: probeName(config, scope.node.id),
    image: imageId,
    dependsOn,
    ...(command && { command: [...command] }),
    env: Object.entries(environment).map(([key, value]) => `${key}=${value}`),
    init: true,
    readOnly: files?.readOnlyRoot ?? true,
    ...(tmpfs && { tmpfs }),
    ...(user && { user }),
    memory,
    // No swap beyond the memory limit: an image that does not fit here does not fit in the task.
    memorySwap: memory,
    // A probe may use a whole processor: on the build host it does not test the start-up speed.
    cpus: "1.0",
    labels: [
      { label: DOCKER_LABEL, value: config.suffix },
      { label: `${DOCKER_LABEL}.probe`, value: newProbeFor(props, tmpfs) },
    ],
  });
}

/**
 * What a new probe is needed for, although the provider would change it in place: health check, limit,
 * memory and folders. A stopped probe does not start again for another container that asks it either.
 */
function newProbeFor(
  { shows, startSeconds, memory, readyId }: ProbeProps,
  tmpfs: Readonly<Record<string, string>> = {},
): string {
  return [...watchedBy(shows, readyId), startSeconds, memory, ...Object.entries(tmpfs).flat()].join(
    " ",
  );
}

function watchedBy(shows: Sign, readyId: string | undefined) {
  if ("command" in shows) return shows.command;
  if ("url" in shows) return [shows.url, readyId];
  return "staySeconds" in shows ? [shows.staySeconds, readyId] : Object.keys(shows);
}

/** Asks in the network of the probe, as the task's container does in that of its task. */
function askForHealth(
  scope: Construct,
  asked: Container,
  props: ProbeProps & { readonly url: string; readonly readyId: string },
): Container {
  return watch(scope, props, {
    ...untilHealthy(["/ready", "check"], props.startSeconds),
    command: ["watch", props.url],
    networkMode: `container:${asked.id}`,
  });
}

/** Ends with the probe, in whose processes it is, and otherwise becomes healthy after the time. */
function stayBeside(
  scope: Construct,
  watched: Container,
  props: ProbeProps & { readonly seconds: number; readonly readyId: string },
): Container {
  const { healthcheck, ...rest } = untilHealthy(["/ready", "help"], 0);
  return watch(scope, props, {
    ...rest,
    // Its first check, after one interval, succeeds.
    healthcheck: { ...healthcheck, interval: goDuration(props.seconds) },
    waitTimeout: props.seconds * 3,
    command: ["wait"],
    pidMode: `container:${watched.id}`,
  });
}

function watch(
  scope: Construct,
  { config, readyId }: ProbeProps & { readonly readyId: string },
  watching: Partial<ContainerConfig>,
): Container {
  return new Container(scope, "health", {
    ...SETTINGS,
    ...watching,
    name: healthProbeName(config, scope.node.id),
    image: readyId,
    readOnly: true,
    memory: READY_MIB,
    memorySwap: READY_MIB,
    labels: [{ label: DOCKER_LABEL, value: config.suffix }],
  });
}

function untilHealthy(command: readonly string[], startSeconds: number) {
  return {
    healthcheck: {
      test: ["CMD", ...command],
      interval: "1s",
      timeout: "5s",
      startPeriod: goDuration(startSeconds),
      retries: 3,
    },
    wait: true,
    waitTimeout: startSeconds,
  };
}

/** Terraform waits until the container has ended, at most the provider's 20 minutes. */
function untilItsEnd(image: string) {
  return {
    ...ALONE,
    attach: true,
    lifecycle: {
      postcondition: [
        {
          // cdktf 0.21 writes `Op.eq(…, 0)` as a comparison with `undefined`.
          condition: "${self.exit_code == 0}",
          errorMessage: `The dry run of ${image} failed, so its image was not pushed.`,
        },
      ],
    },
  };
}

/** Each folder with its mount options, as Docker takes them. */
function tmpfsOf({ folders, folderMiB }: WritableFiles): Record<string, string> {
  const options = [...MOUNT_OPTIONS, `size=${folderMiB}m`].join(",");
  return Object.fromEntries(folders.map((folder) => [folder, options]));
}

/** A time as the engine prints it: with "60s" for "1m0s", every deployment would replace the probe. */
function goDuration(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  return `${minutes > 0 ? `${minutes}m` : ""}${seconds % 60}s`;
}
