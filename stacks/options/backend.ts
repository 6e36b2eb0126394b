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
import type { S3State } from "../../spec/variables/backend";
import type { Config } from "../../spec/config";
import { type Placed, globalName } from "../../spec/names";
import { asWritten } from "./as-written";

/** The stacks that read each stack's state. */
export const STATE_READERS = {
  registry: ["images", "platform"],
  images: ["platform"],
  platform: [],
} as const;

/**
 * Keeps a stack's state in the configured backend, separate from all others. A stack that uses a value
 * from this one finds the state by the same settings, because cdktf copies those of the backend.
 *
 * @see https://developer.hashicorp.com/terraform/language/backend
 */
export function keepState(stack: TerraformStack, config: Config): void {
  const { backend } = config;
  const { id } = stack.node;
  switch (backend.kind) {
    case "local":
      keepInFile(stack, path.join(backend.folder, stateKey(config, id)));
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
 * Reads the outputs of another environment's stack, whose state is in the same backend. In HCP
 * Terraform that stack's workspace must share its state with the reader's.
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
      return new DataTerraformRemoteStateLocal(scope, id, {
        path: asWritten(path.join(backend.folder, key)),
      });
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
 * Terraform takes a backend's settings as they are, but reads those of `terraform_remote_state`, which
 * cdktf copies from the properties, as templates.
 */
function keepInFile(stack: TerraformStack, file: string): void {
  new LocalBackend(stack, { path: asWritten(file) }).addOverride("path", file);
}

/**
 * Endpoint and credentials come from environment variables (`AWS_ENDPOINT_URL`, `AWS_PROFILE`, …),
 * which apply both to the backend and to reading another stack's state.
 *
 * @see https://developer.hashicorp.com/terraform/language/backend/s3
 */
function keepInS3(stack: TerraformStack, key: string, backend: S3State): void {
  const s3 = new S3Backend(stack, objectOf(key, backend));
  // cdktf 0.21 has no property for it. Reading a state takes no lock and needs none.
  s3.addOverride("use_lockfile", true);
}

function objectOf(key: string, { bucket, region, kmsKey, pathStyle }: S3State) {
  return {
    bucket,
    key,
    region,
    // Terraform knows only the regions of its own release date; `REGIONS` is what is allowed here.
    skipRegionValidation: true,
    encrypt: true,
    ...(kmsKey !== undefined && { kmsKeyId: kmsKey }),
    ...(pathStyle && { usePathStyle: true }),
  };
}

/** `REGION/NAME/SUFFIX/STACK.tfstate`: distinct for every environment. */
export function stateKey({ region, name, suffix }: Placed, stack: string): string {
  return path.posix.join(region, name, suffix, `${stack}.tfstate`);
}

/** `platform-registry-use1-dev`: a stack's workspace in HCP Terraform, which has no regions. */
export function workspaceName(config: Placed, stack: string): string {
  return globalName(config, stack);
}
