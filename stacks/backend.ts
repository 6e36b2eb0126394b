import path from "node:path";
import {
  DataTerraformRemoteStateLocal,
  LocalBackend,
  type TerraformRemoteState,
  type TerraformStack,
} from "cdktf";
import type { Construct } from "constructs";
import type { Config } from "./config";

/**
 * Keeps a stack's state in a file of its own in the state folder.
 *
 * @see https://developer.hashicorp.com/terraform/language/backend/local
 */
export function keepState(stack: TerraformStack, config: Config): void {
  new LocalBackend(stack, { path: stateFile(config, stack.node.id) });
}

/** Reads what a stack of another environment gives out. */
export function readStackOf(
  scope: Construct,
  id: string,
  environment: Config,
  stack: string,
): TerraformRemoteState {
  return new DataTerraformRemoteStateLocal(scope, id, { path: stateFile(environment, stack) });
}

/**
 * `REGION/NAME/SUFFIX/STACK.tfstate`: whatever tells two environments apart tells their states apart.
 * The path is absolute because Terraform runs in the stack's output folder.
 */
export function stateFile({ stateFolder, region, name, suffix }: Config, stack: string): string {
  return path.join(stateFolder, region, name, suffix, `${stack}.tfstate`);
}
