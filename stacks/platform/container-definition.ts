import { type Services, specOf } from "../../services/spec";
import type { Config } from "../config";
import { containerEnvironment, healthCommand } from "../container";

/** Time from the start in which failing health checks do not count, in seconds. */
export const GRACE_SECONDS = 60;

/** Time from SIGTERM to SIGKILL, in seconds; longer than the load balancer's open requests. */
const STOP_SECONDS = 30;

/** How a task reaches Aurora: plain settings, and the secret that ECS resolves at the start. */
export interface DatabaseAccess {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly secretArn: string;
}

export interface ContainerDefinitionProps {
  readonly config: Config;
  readonly services: Services;
  readonly service: string;
  /** `repository@sha256:…` */
  readonly image: string;
  readonly logGroup: string;
  readonly database: DatabaseAccess | undefined;
}

/**
 * The one container of a service's task, in the words of the ECS API.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
 */
export function containerDefinition(props: ContainerDefinitionProps) {
  const { config, services, service, image, logGroup, database } = props;
  const spec = specOf(service, services);
  const environment = {
    ...containerEnvironment(service, services, config),
    ...(database && databaseEnvironment(database)),
  };
  return {
    name: service,
    image,
    essential: true,
    portMappings: [{ containerPort: spec.port, hostPort: spec.port, protocol: "tcp" }],
    environment: Object.entries(environment).map(([name, value]) => ({ name, value })),
    secrets: database ? databaseSecrets(database) : [],
    healthCheck: {
      command: ["CMD", ...healthCommand(spec)],
      interval: 5,
      timeout: 4,
      retries: 3,
      startPeriod: GRACE_SECONDS,
    },
    stopTimeout: STOP_SECONDS,
    // As process 1 many programs ignore a SIGTERM that comes before they are ready for it.
    linuxParameters: { initProcessEnabled: true },
    readonlyRootFilesystem: true,
    logConfiguration: {
      logDriver: "awslogs",
      options: {
        "awslogs-group": logGroup,
        "awslogs-region": config.region,
        "awslogs-stream-prefix": "task",
      },
    },
  };
}

function databaseEnvironment({ host, port, database }: DatabaseAccess): Record<string, string> {
  return {
    DATABASE_HOST: host,
    DATABASE_PORT: String(port),
    DATABASE_NAME: database,
    // Aurora itself refuses plain connections (`rds.force_ssl`).
    DATABASE_SSLMODE: "prefer",
  };
}

/** `arn:key:stage:version`; the two empty parts mean the current version. */
function databaseSecrets({ secretArn }: DatabaseAccess): { name: string; valueFrom: string }[] {
  return [
    { name: "DATABASE_USER", valueFrom: `${secretArn}:username::` },
    { name: "DATABASE_PASSWORD", valueFrom: `${secretArn}:password::` },
  ];
}
