import path from "node:path";
import { LocalBackend, type TerraformStack } from "cdktf";
import type { Config } from "./config";

/**
 * Keeps a stack's state in a file of its own, `<suffix>.<stack>.tfstate` in the state folder. The
 * path is absolute because Terraform runs in the stack's output folder, not in the project's.
 *
 * @see https://developer.hashicorp.com/terraform/language/backend/local
 */
export function keepState(stack: TerraformStack, config: Config): void {
  new LocalBackend(stack, {
    path: path.join(config.stateFolder, `${config.suffix}.${stack.node.id}.tfstate`),
  });
}
