import {
  DRAIN_SECONDS,
  PREPARATION_SECONDS,
  ROTATION_SECONDS,
  SETUP_SECONDS,
} from "../../spec/limits";
import { limitsOf } from "../../spec/service/limits";
import { healthCheckOf } from "../../spec/service/kinds";
import { type HttpService, type Worker, specOf } from "../../spec/service/spec";
import { containerEnvironment } from "../../spec/container";
import { DATABASE_SETUP, HEALTH, MIGRATE } from "../../spec/images";
import {
  type ContainerDefinitionsProps,
  enterable,
  entries,
  imageOf,
  runs,
  shared,
} from "./container-settings";
import { healthChecked, healthContainer, readyContainer, stayContainer } from "./health-containers";
import type { ServiceDatabase } from "./service-database";
import { containerSecrets } from "./service-secrets";
import { sidecarContainers, sidecarsReady, sidecarsStarted } from "./sidecar-containers";

/**
 * The containers of a service's task, in the ECS API's format: first its sidecars; then the database setup
 * and the migration, each of which must exit 0; then the service itself and the container that
 * asks for its health; then the container that makes the task wait for that. A job has none of the last two: it runs to
 * its end.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
 */
export function containerDefinitions(props: ContainerDefinitionsProps) {
  const { services, service, database } = props;
  const spec = specOf(service, services);
  const { migrate } = spec;
  const setup = database ? [setupContainer(props, database)] : [];
  const migration = migrate && database ? [migrationContainer(props, migrate)] : [];
  const before = [...setup, ...migration].at(-1);
  const container = serviceContainer(props, before?.name);
  const containers = spec.schedule ? [container] : whileItRuns(props, spec, container);
  return [...sidecarContainers(props), ...setup, ...migration, ...containers];
}

/** The container of a service or a worker, with those that show that it works. */
function whileItRuns(
  props: ContainerDefinitionsProps,
  spec: HttpService | Worker,
  container: ReturnType<typeof serviceContainer>,
) {
  const command = "port" in spec ? healthCheckOf(spec).command : spec.health?.command;
  if (command) {
    const checked = { ...container, ...healthChecked(command, limitsOf(spec).startSeconds) };
    return [checked, readyContainer(props, props.service)];
  }
  const health = "port" in spec ? healthContainer(props, spec) : stayContainer(props);
  return [container, health, readyContainer(props, HEALTH)];
}

/** Creates the database, its owner and the login of the period as the master user. */
function setupContainer(props: ContainerDefinitionsProps, database: ServiceDatabase) {
  const needed = sidecarsReady(props);
  return {
    ...shared(props, DATABASE_SETUP),
    ...runs(database.setupImage),
    essential: false,
    ...(needed.length > 0 && { dependsOn: needed }),
    startTimeout: PREPARATION_SECONDS,
    environment: [
      ...databaseEnvironment(database),
      ...entries({
        SETUP_SECONDS: String(SETUP_SECONDS),
        ROTATION_SECONDS: String(ROTATION_SECONDS),
      }),
    ],
    secrets: [
      ...databaseSecrets(database),
      { name: "MASTER_USER", valueFrom: secretKey(database.masterSecretArn, "username") },
      { name: "MASTER_PASSWORD", valueFrom: secretKey(database.masterSecretArn, "password") },
    ],
  };
}

/** Runs the service's migration in the image that is about to serve. */
function migrationContainer(props: ContainerDefinitionsProps, command: readonly string[]) {
  return {
    ...shared(props, MIGRATE),
    ...ownImage(props),
    command,
    essential: false,
    startTimeout: PREPARATION_SECONDS,
    dependsOn: [{ containerName: DATABASE_SETUP, condition: "SUCCESS" }],
    environment: environmentOf(props),
    secrets: secretsOf(props),
  };
}

function serviceContainer(props: ContainerDefinitionsProps, before: string | undefined) {
  const { services, service, identity } = props;
  const spec = specOf(service, services);
  const needed =
    before === undefined
      ? sidecarsReady(props)
      : [{ containerName: before, condition: "SUCCESS" }, ...sidecarsStarted(props)];
  return {
    ...shared(props, service),
    ...ownImage(props),
    // Nobody enters a job, which ends by itself.
    ...(spec.schedule === undefined && enterable(props)),
    essential: true,
    ...(spec.port !== undefined && {
      portMappings: [{ containerPort: spec.port, hostPort: spec.port, protocol: "tcp" }],
    }),
    ...(needed.length > 0 && { dependsOn: needed }),
    environment: [
      ...environmentOf(props),
      // Not in the probe, whose callers resolve no names and have no tokens.
      ...(spec.port === undefined
        ? []
        : entries({ ...identity, DRAIN_SECONDS: String(DRAIN_SECONDS) })),
    ],
    secrets: secretsOf(props),
    stopTimeout: limitsOf(spec).killSeconds,
  };
}

function ownImage({ image, services, service }: ContainerDefinitionsProps) {
  return imageOf(image, specOf(service, services));
}

function environmentOf(props: ContainerDefinitionsProps) {
  const { config, services, service, edges, database, added } = props;
  return [
    ...entries({ ...containerEnvironment(service, services, config), ...edges }),
    ...(database ? databaseEnvironment(database) : []),
    ...entries(added),
  ];
}

function secretsOf({ config, services, service, database }: ContainerDefinitionsProps) {
  return [
    ...(database ? databaseSecrets(database) : []),
    ...containerSecrets(service, specOf(service, services), config),
  ];
}

function databaseEnvironment({ host, port, name, authorities }: ServiceDatabase) {
  return entries({
    DATABASE_HOST: host,
    DATABASE_PORT: String(port),
    DATABASE_NAME: name,
    // The client is what protects its password: a server that poses as Aurora forces no TLS.
    DATABASE_SSLMODE: "verify-full",
    DATABASE_CA: authorities,
  });
}

function databaseSecrets({ secretArn, loginVersion }: ServiceDatabase) {
  return [
    { name: "DATABASE_USER", valueFrom: secretKey(secretArn, "username", loginVersion) },
    { name: "DATABASE_PASSWORD", valueFrom: secretKey(secretArn, "password", loginVersion) },
  ];
}

/** `arn:key:stage:version`; without a stage and a version it means the current one. */
function secretKey(arn: string, key: string, version = ""): string {
  return `${arn}:${key}::${version}`;
}
