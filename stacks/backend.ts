import path from "node:path";
import {
  CloudBackend,
  LocalBackend,
  NamedCloudWorkspace,
  S3Backend,
  type TerraformStack,
} from "cdktf";
import type { S3State } from "./backend-settings";
import type { Config } from "./config";
import { resourceName } from "./names";

/** The stacks that read each one's state. */
export const STATE_READERS = {
  registry: ["images", "platform"],
  images: ["platform"],
  platform: [],
} as const;

/**
 * Keeps a stack's state apart from every other one's, where the settings say. A stack that takes a
 * value from this one finds the state by the same settings: cdktf copies those of the backend.
 *
 * @see https://developer.hashicorp.com/terraform/language/backend
 */
export function keepState(stack: TerraformStack, config: Config): void {
  const { backend } = config;
  const { id } = stack.node;
  switch (backend.kind) {
    case "local":
      new LocalBackend(stack, { path: path.join(backend.folder, stateKey(config, id)) });
      break;
    case "s3":
      keepInS3(stack, stateKey(config, id), backend);
      break;
    case "cloud":
      new CloudBackend(stack, {
        hostname: backend.hostname,
        organization: backend.organization,
        workspaces: new NamedCloudWorkspace(workspaceName(config, id), backend.project),
      });
  }
}

/**
 * Endpoint and credentials come from the environment (`AWS_ENDPOINT_URL`, `AWS_PROFILE`, …), which
 * reaches the backend and the reading of another stack's state alike.
 *
 * @see https://developer.hashicorp.com/terraform/language/backend/s3
 */
function keepInS3(stack: TerraformStack, key: string, backend: S3State): void {
  const { bucket, region, kmsKey, pathStyle } = backend;
  const s3 = new S3Backend(stack, {
    ...{ bucket, key, region, encrypt: true },
    ...(kmsKey !== undefined && { kmsKeyId: kmsKey }),
    ...(pathStyle && { usePathStyle: true }),
  });
  // cdktf 0.21 has no property for it. Who only reads a state takes no lock, and needs none.
  s3.addOverride("use_lockfile", true);
}

/** `REGION/NAME/SUFFIX/STACK.tfstate`: whatever tells two environments apart tells their states apart. */
export function stateKey({ region, name, suffix }: Config, stack: string): string {
  return path.posix.join(region, name, suffix, `${stack}.tfstate`);
}

/** `platform-registry-dev`: a stack's workspace in HCP Terraform. */
export function workspaceName(config: Config, stack: string): string {
  return resourceName(config, stack);
}
