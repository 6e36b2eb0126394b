import { sidecarEnvironment } from "../../spec/container";
import { limitsOf } from "../../spec/service/limits";
import { sidecarsOf } from "../../spec/service/sidecars";
import { specOf } from "../../spec/service/spec";
import {
  type ContainerDefinitionsProps,
  type SidecarImage,
  enterable,
  entries,
  imageOf,
  shared,
} from "./container-settings";
import { healthChecked } from "./health-containers";
import { containerSecrets } from "./service-secrets";

/**
 * The containers beside a service's own. They start before all others, so that a migration has them too, and
 * are essential: without one, the service would go on without what its owner gave it, and nobody would see.
 */
export function sidecarContainers(props: ContainerDefinitionsProps) {
  const { services, service, config } = props;
  return sidecarsOf(service, specOf(service, services)).map((named) => {
    const { name, sidecar } = named;
    const { image, logGroup } = sidecarImageOf(props, name);
    const { startSeconds, killSeconds } = limitsOf(sidecar);
    return {
      ...shared({ config, logGroup }, name),
      ...imageOf(image, sidecar),
      ...enterable(props),
      essential: true,
      ...(sidecar.health && healthChecked(sidecar.health.command, startSeconds)),
      environment: entries(sidecarEnvironment(named)),
      secrets: containerSecrets(service, sidecar, config),
      stopTimeout: killSeconds,
    };
  });
}

/**
 * What the first other container of a task waits for: that each sidecar is healthy, or has started if nothing
 * says whether it is. Only the first, because ECS counts a sidecar's `startTimeout` from its start until
 * somebody waits for it: a long migration would use it up.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDependency.html
 */
export function sidecarsReady({ services, service }: ContainerDefinitionsProps) {
  return sidecarsOf(service, specOf(service, services)).map(({ name, sidecar }) => {
    return { containerName: name, condition: sidecar.health ? "HEALTHY" : "START" };
  });
}

/**
 * What the service's container waits for after others. ECS stops containers in the reverse order, so a
 * sidecar still runs when the service says its last.
 */
export function sidecarsStarted({ services, service }: ContainerDefinitionsProps) {
  return sidecarsOf(service, specOf(service, services)).map(({ name }) => {
    return { containerName: name, condition: "START" };
  });
}

function sidecarImageOf({ sidecars }: ContainerDefinitionsProps, name: string): SidecarImage {
  const image = sidecars.get(name);
  if (!image) throw new Error(`images has no image of the sidecar ${name}`);
  return image;
}
