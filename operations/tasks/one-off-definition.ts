import type {
  ContainerDefinition,
  RegisterTaskDefinitionCommandInput,
  TaskDefinition,
} from "@aws-sdk/client-ecs";
import type { Config } from "../../spec/config";
import { HEALTH, MIGRATE, READY, ONE_OFF } from "../../spec/images";
import { resourceName } from "../../spec/names";
import { filesOf } from "../../spec/service/files";
import { sidecarsOf } from "../../spec/service/sidecars";
import type { ServiceSpec } from "../../spec/service/spec";
import { environmentTags } from "../../stacks/options/providers";
import type { Place } from "./deployed-task";

/** Containers that only a deployment needs. */
const LEFT_OUT: readonly (string | undefined)[] = [HEALTH, READY, MIGRATE];

/** The family of a service's one-off tasks: `platform-flask-api-one_off-dev`, which no service has. */
export function oneOffFamily(config: Config, service: string): string {
  return resourceName(config, service, ONE_OFF);
}

/**
 * A task definition for one command in a service's container, from that of its deployed version: with the
 * same image, settings, secrets and roles, and with the container that creates its database login. Nothing
 * asks for its health or sends it requests, and nothing is migrated. Nobody enters it, so its file systems are
 * read-only also where the environment has `exec`.
 */
export function oneOffDefinition(
  deployed: TaskDefinition,
  { service, spec, config }: Place,
): RegisterTaskDefinitionCommandInput {
  const { containerDefinitions = [], cpu, memory, networkMode, runtimePlatform } = deployed;
  const { taskRoleArn, executionRoleArn, volumes, ephemeralStorage } = deployed;
  const tags = { ...environmentTags(config), ManagedBy: "platform-run" };
  return {
    family: oneOffFamily(config, service),
    requiresCompatibilities: ["FARGATE"],
    networkMode,
    cpu,
    memory,
    taskRoleArn,
    executionRoleArn,
    runtimePlatform,
    volumes,
    ephemeralStorage,
    containerDefinitions: containersOf(containerDefinitions, service, spec),
    tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
  };
}

function containersOf(
  definitions: readonly ContainerDefinition[],
  service: string,
  spec: ServiceSpec,
): ContainerDefinition[] {
  const written = new Map([
    [service, filesOf(spec)],
    ...sidecarsOf(service, spec).map(({ name, sidecar }) => [name, filesOf(sidecar)] as const),
  ]);
  return definitions
    .filter(({ name }) => !LEFT_OUT.includes(name))
    .map((definition) => {
      const { dependsOn, portMappings, healthCheck, ...rest } = definition;
      const dependencies = dependenciesAmong(definitions, dependsOn);
      const isOwn = definition.name === service;
      return {
        ...rest,
        ...(written.get(definition.name ?? "")?.readOnlyRoot && { readonlyRootFilesystem: true }),
        ...(dependencies.length > 0 && { dependsOn: dependencies }),
        ...(!isOwn && portMappings && { portMappings }),
        ...(!isOwn && healthCheck && { healthCheck }),
      };
    });
}

/** In the place of a container that is left out come those that it waited for. */
function dependenciesAmong(
  definitions: readonly ContainerDefinition[],
  dependsOn: ContainerDefinition["dependsOn"] = [],
): NonNullable<ContainerDefinition["dependsOn"]> {
  return dependsOn.flatMap((dependency) => {
    if (!LEFT_OUT.includes(dependency.containerName)) return [dependency];
    const left = definitions.find(({ name }) => name === dependency.containerName);
    return dependenciesAmong(definitions, left?.dependsOn);
  });
}
