import { MOUNT_OPTIONS, type ServiceFiles, filesOf } from "../../spec/service/files";
import type { Services } from "../../spec/service/spec";
import type { Config } from "../../spec/config";
import type { ServiceDatabase } from "./service-database";

// As process 1, many programs ignore a SIGTERM that arrives before they have a handler.
const LINUX = { initProcessEnabled: true, capabilities: { drop: ["ALL"] } };

/** An image in the registry. */
export interface TaskImage {
  /** `repository@sha256:…` */
  readonly reference: string;
  /** Whom it runs as. */
  readonly user: string;
}

/** A sidecar's image, and where its container logs. */
export interface SidecarImage {
  readonly image: TaskImage;
  readonly logGroup: string;
}

export interface ContainerDefinitionsProps {
  readonly config: Config;
  readonly services: Services;
  readonly service: string;
  readonly image: TaskImage;
  /** The image of the containers that ask for the service's health, and that wait for it. */
  readonly readyImage: TaskImage;
  readonly logGroup: string;
  /** The variables with the provider of the callers' tokens. */
  readonly identity: Readonly<Record<string, string>>;
  /** The variables with the URLs of its queues and the names of its buckets. */
  readonly edges: Readonly<Record<string, string>>;
  /** Variables of additions.ts, whose values may be known only to Terraform. */
  readonly added: Readonly<Record<string, string>>;
  /** For a service with `database`. */
  readonly database: ServiceDatabase | undefined;
  /** By their names. */
  readonly sidecars: ReadonlyMap<string, SidecarImage>;
}

/** An image and its user in the ECS API's format. */
export function runs({ reference, user }: TaskImage) {
  return { image: reference, user };
}

/** What runs, and what its user can write. */
export function imageOf(image: TaskImage, spec: { readonly files?: ServiceFiles }) {
  const { readOnlyRoot, folders, folderMiB } = filesOf(spec);
  const tmpfs = folders.map((containerPath) => {
    return { containerPath, size: folderMiB, mountOptions: MOUNT_OPTIONS };
  });
  return {
    ...runs(image),
    linuxParameters: { ...LINUX, tmpfs },
    readonlyRootFilesystem: readOnlyRoot,
  };
}

/**
 * What ECS Exec needs in a container that people may enter. Its agent writes to the container's file system,
 * and AWS supports no read-only one, not even with writable folders at the agent's paths. It runs commands as
 * root and switches to no other user, so the capabilities stay dropped.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html#ecs-exec-considerations
 * @see https://github.com/aws/containers-roadmap/issues/2824
 */
export function enterable({ config }: Pick<ContainerDefinitionsProps, "config">) {
  return config.exec ? { readonlyRootFilesystem: false } : {};
}

/** Settings that all containers of a task share. */
export function shared(
  { config, logGroup }: Pick<ContainerDefinitionsProps, "config" | "logGroup">,
  name: string,
) {
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

/** Variables in the ECS API's format. */
export function entries(variables: Readonly<Record<string, string>>) {
  return Object.entries(variables).map(([name, value]) => ({ name, value }));
}
