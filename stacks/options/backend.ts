import path from "node:path";
import {
  CloudBackend,
  DataTerraformRemoteState,
  DataTerraformRemoteStateLocal,
  DataTerraformRemoteStateS3,
  LocalBackend,
  NamedCloudWorkspace,
  NamedRemoteWorkspace,
  S3Backend,
  type TerraformRemoteState,
  type TerraformStack,
} from "cdktf";
import type { Construct } from "constructs";
import type { S3State } from "../../spec/variables/backend-settings";
import type { Config } from "../../spec/config";
import { type Placed, globalName } from "../../spec/names";

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
 * Reads what a stack of another environment gives out, whose state is kept by the same settings. In
 * HCP Terraform that stack's workspace must share its state with the reader's.
 */
export function readStackOf(
  scope: Construct,
  id: string,
  environment: Config,
  stack: string,
): TerraformRemoteState {
  const { backend } = environment;
  const key = stateKey(environment, stack);
  switch (backend.kind) {
    case "local":
      return new DataTerraformRemoteStateLocal(scope, id, { path: path.join(backend.folder, key) });
    case "s3":
      return new DataTerraformRemoteStateS3(scope, id, objectOf(key, backend));
    case "cloud": {
      const { hostname, organization } = backend;
      const workspaces = new NamedRemoteWorkspace(workspaceName(environment, stack));
      return new DataTerraformRemoteState(scope, id, { hostname, organization, workspaces });
    }
  }
}

/**
 * Endpoint and credentials come from the environment (`AWS_ENDPOINT_URL`, `AWS_PROFILE`, …), which
 * reaches the backend and the reading of another stack's state alike.
 *
 * @see https://developer.hashicorp.com/terraform/language/backend/s3
 */
function keepInS3(stack: TerraformStack, key: string, backend: S3State): void {
  const s3 = new S3Backend(stack, objectOf(key, backend));
  // cdktf 0.21 has no property for it. Who only reads a state takes no lock, and needs none.
  s3.addOverride("use_lockfile", true);
}

function objectOf(key: string, { bucket, region, kmsKey, pathStyle }: S3State) {
  return {
    bucket,
    key,
    region,
    encrypt: true,
    ...(kmsKey !== undefined && { kmsKeyId: kmsKey }),
    ...(pathStyle && { usePathStyle: true }),
  };
}

/** `REGION/NAME/SUFFIX/STACK.tfstate`: whatever tells two environments apart tells their states apart. */
export function stateKey({ region, name, suffix }: Placed, stack: string): string {
  return path.posix.join(region, name, suffix, `${stack}.tfstate`);
}

/** `platform-registry-use1-dev`: a stack's workspace in HCP Terraform, which knows no regions. */
export function workspaceName(config: Placed, stack: string): string {
  return globalName(config, stack);
}
