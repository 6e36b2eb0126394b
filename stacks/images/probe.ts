import { Container } from "@cdktf/provider-docker/lib/container";
import type { Construct } from "constructs";
import { START_SECONDS } from "../../spec/limits";
import type { Config } from "../../spec/config";
import { DOCKER_LABEL, probeName } from "../../spec/names";
import type { ImageSpec } from "./image-spec";

/**
 * Runs an image as its task will be run until it is healthy.
 *
 * A probe that was stopped afterwards is no change on the next plan (`mustRun`), and a failed one
 * stays, so that its log can be read.
 *
 * @param scope the image's scope, whose id names it
 */
export function probeImage(
  scope: Construct,
  imageId: string,
  config: Config,
  { probe }: ImageSpec,
): Container {
  const { environment, healthCheck, memory, command } = probe;
  return new Container(scope, "probe", {
    name: probeName(config, scope.node.id),
    image: imageId,
    ...(command && { command: [...command] }),
    env: Object.entries(environment).map(([key, value]) => `${key}=${value}`),
    healthcheck: {
      test: ["CMD", ...healthCheck],
      interval: "1s",
      timeout: "5s",
      // Written as the engine reports it; "60s" would replace the probe with every deploy.
      startPeriod: "1m0s",
      retries: 3,
    },
    init: true,
    readOnly: true,
    wait: true,
    waitTimeout: START_SECONDS,
    mustRun: false,
    restart: "no",
    memory,
    // No swap beyond the memory limit: what does not fit here does not fit the task either.
    memorySwap: memory,
    // A probe may borrow up to a whole processor: on the build host the start is not the test.
    cpus: "1.0",
    labels: [
      { label: DOCKER_LABEL, value: config.suffix },
      // The provider takes another health check or memory for a change in place, and probes
      // nothing; a changed label makes it start a new probe.
      { label: `${DOCKER_LABEL}.probe`, value: [...healthCheck, memory].join(" ") },
    ],
  });
}
