import {
  DRAIN_SECONDS,
  HEALTH_CHECK,
  PREPARATION_SECONDS,
  ROTATION_SECONDS,
  SETUP_SECONDS,
  healthySeconds,
  killSeconds,
} from "../../spec/limits";
import { MOUNT_OPTIONS, filesOf } from "../../spec/service/files";
import { limitsOf } from "../../spec/service/limits";
import { type Services, specOf } from "../../spec/service/spec";
import type { Config } from "../../spec/config";
import { containerEnvironment, healthCommand } from "../../spec/container";
import { DATABASE_SETUP, READY } from "../../spec/images";
import type { ServiceDatabase } from "./service-database";

export interface ContainerDefinitionsProps {
  readonly config: Config;
  readonly services: Services;
  readonly service: string;
  /** `repository@sha256:…` */
  readonly image: string;
  /** Whom the image runs as instead of its own user. @default its own user */
  readonly user: string | undefined;
  /** The image of the container that starts once the service is healthy. */
  readonly readyImage: string;
  readonly logGroup: string;
  /** The variables with the provider of the callers' tokens. */
  readonly identity: Readonly<Record<string, string>>;
  /** For a service with `database`. */
  readonly database: ServiceDatabase | undefined;
}

/**
 * The containers of a service's task, in the ECS API's format: first the database setup and the
 * migration, each of which must exit 0; then the service itself; then the container that makes the task
 * wait for the service's health.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
 */
export function containerDefinitions(props: ContainerDefinitionsProps) {
  const { services, service, database } = props;
  const { migrate } = specOf(service, services);
  const setup = database ? [setupContainer(props, database)] : [];
  const migration = migrate && database ? [migrationContainer(props, migrate, database)] : [];
  const before = [...setup, ...migration].at(-1);
  return [...setup, ...migration, serviceContainer(props, before?.name), readyContainer(props)];
}

/** Creates the database, its owner and the login of the period as the master user. */
function setupContainer(props: ContainerDefinitionsProps, database: ServiceDatabase) {
  return {
    ...shared(props, DATABASE_SETUP),
    image: database.setupImage.reference,
    essential: false,
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
function migrationContainer(
  props: ContainerDefinitionsProps,
  command: readonly string[],
  database: ServiceDatabase,
) {
  return {
    ...shared(props, "migrate"),
    ...imageOf(props),
    command,
    essential: false,
    startTimeout: PREPARATION_SECONDS,
    dependsOn: [{ containerName: DATABASE_SETUP, condition: "SUCCESS" }],
    environment: environmentOf(props),
    secrets: databaseSecrets(database),
  };
}

function serviceContainer(props: ContainerDefinitionsProps, before: string | undefined) {
  const { services, service, identity, database } = props;
  const spec = specOf(service, services);
  const { startSeconds, stopSeconds } = limitsOf(spec);
  return {
    ...shared(props, service),
    ...imageOf(props),
    essential: true,
    startTimeout: healthySeconds(startSeconds),
    portMappings: [{ containerPort: spec.port, hostPort: spec.port, protocol: "tcp" }],
    ...(before && { dependsOn: [{ containerName: before, condition: "SUCCESS" }] }),
    // Not in the probe, whose callers resolve no names and have no tokens.
    environment: [
      ...environmentOf(props),
      ...entries({ ...identity, DRAIN_SECONDS: String(DRAIN_SECONDS) }),
    ],
    secrets: database ? databaseSecrets(database) : [],
    healthCheck: {
      command: ["CMD", ...healthCommand(spec)],
      interval: HEALTH_CHECK.intervalSeconds,
      timeout: HEALTH_CHECK.timeoutSeconds,
      retries: HEALTH_CHECK.retries,
      startPeriod: startSeconds,
    },
    stopTimeout: killSeconds(stopSeconds),
  };
}

/**
 * ECS counts a task as running once all its containers have started, healthy or not, and Terraform
 * counts a first deployment with running tasks as a success. This container starts once the service is
 * healthy; until then the task is pending. It does nothing, and must be essential: when the service's
 * `startTimeout` expires, ECS gives up on this container, and only an essential container stops the
 * task. Without it the task would be pending for hours; an optional one would let it count as running.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDependency.html
 * @see https://github.com/aws/amazon-ecs-agent/pull/3218
 */
function readyContainer(props: ContainerDefinitionsProps) {
  const { service, readyImage } = props;
  return {
    ...shared(props, READY),
    image: readyImage,
    essential: true,
    dependsOn: [{ containerName: service, condition: "HEALTHY" }],
  };
}

/** The service's image, whom it runs as, and what that user can write. */
function imageOf({ image, user, services, service }: ContainerDefinitionsProps) {
  const { readOnlyRoot, folders, folderMiB } = filesOf(specOf(service, services));
  const tmpfs = folders.map((containerPath) => {
    return { containerPath, size: folderMiB, mountOptions: MOUNT_OPTIONS };
  });
  return {
    image,
    ...(user && { user }),
    linuxParameters: { ...LINUX, tmpfs },
    readonlyRootFilesystem: readOnlyRoot,
  };
}

// As process 1, many programs ignore a SIGTERM that arrives before they have a handler.
const LINUX = { initProcessEnabled: true, capabilities: { drop: ["ALL"] } };

/** Settings that all containers of a task share. */
function shared({ config, logGroup }: ContainerDefinitionsProps, name: string) {
  return {
    name,
    linuxParameters: LINUX,
    readonlyRootFilesystem: true,
    logConfiguration: {
      logDriver: "awslogs",
      options: {
        "awslogs-group": logGroup,
        "awslogs-region": config.region,
        "awslogs-stream-prefix": "task",
        // A service must not block on its log while CloudWatch is unavailable. The buffer is still sent
        // when the container ends. Set here because both defaults depend on the account and have changed.
        mode: "non-blocking",
        "max-buffer-size": "10m",
      },
    },
  };
}

function environmentOf({ config, services, service, database }: ContainerDefinitionsProps) {
  return [
    ...entries(containerEnvironment(service, services, config)),
    ...(database ? databaseEnvironment(database) : []),
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

function entries(variables: Readonly<Record<string, string>>) {
  return Object.entries(variables).map(([name, value]) => ({ name, value }));
}
