import { Container } from "@cdktf/provider-docker/lib/container";
import type { Construct } from "constructs";
import type { Config } from "../../spec/config";
import { DOCKER_LABEL, probeName } from "../../spec/names";
import { MOUNT_OPTIONS, type WritableFiles } from "../../spec/service/files";
import type { ImageSpec } from "./image-spec";

/**
 * Runs an image like its task until it is healthy.
 *
 * A probe that is stopped later causes no change in the next plan (`mustRun`), and a failed one stays,
 * so that its log can be read.
 *
 * @param scope the image's scope, whose id names it
 */
export function probeImage(
  scope: Construct,
  imageId: string,
  config: Config,
  { probe, user }: ImageSpec & { readonly user: string | undefined },
): Container {
  const { environment, healthCheck, startSeconds, memory, command, files } = probe;
  const tmpfs = files && tmpfsOf(files);
  return new Container(scope, "probe", {
    name: probeName(config, scope.node.id),
    image: imageId,
    ...(command && { command: [...command] }),
    env: Object.entries(environment).map(([key, value]) => `${key}=${value}`),
    healthcheck: {
      test: ["CMD", ...healthCheck],
      interval: "1s",
      timeout: "5s",
      startPeriod: goDuration(startSeconds),
      retries: 3,
    },
    init: true,
    readOnly: files?.readOnlyRoot ?? true,
    ...(tmpfs && { tmpfs }),
    ...(user && { user }),
    capabilities: { drop: ["ALL"] },
    wait: true,
    waitTimeout: startSeconds,
    mustRun: false,
    restart: "no",
    memory,
    // No swap beyond the memory limit: an image that does not fit here does not fit in the task.
    memorySwap: memory,
    // A probe may use a whole processor: on the build host it does not test the start-up speed.
    cpus: "1.0",
    labels: [
      { label: DOCKER_LABEL, value: config.suffix },
      // The provider updates health check, limit, memory and folders in place, without a new probe; a
      // changed label makes it start one.
      {
        label: `${DOCKER_LABEL}.probe`,
        value: [...healthCheck, startSeconds, memory, ...Object.entries(tmpfs ?? {}).flat()].join(
          " ",
        ),
      },
    ],
  });
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
