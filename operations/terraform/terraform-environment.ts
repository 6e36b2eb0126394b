import path from "node:path";
import { environment } from "../../project";
import { withoutRedirects } from "../../spec/variables/terraform-variables";

/** The file, in a stack's folder, that Terraform's log goes to when TF_LOG is set. */
const LOG_FILE = "terraform.log";

/**
 * The variables of a Terraform that a command starts: those of this process and the given ones, without
 * the ones that would point it to other data or change its arguments.
 *
 * A log goes to a file: among the events on its output it would fill memory, and be taken for an error.
 *
 * @param folder the stack's, in which Terraform runs
 */
export function terraformEnvironment(
  given: Readonly<NodeJS.ProcessEnv>,
  folder: string,
  shell: Readonly<NodeJS.ProcessEnv> = environment,
): NodeJS.ProcessEnv {
  const all = { ...shell, ...given };
  const logs = Object.keys(all).some(
    (name) => /^TF_LOG(_CORE|_PROVIDER\w*)?$/.test(name) && all[name],
  );
  return {
    ...all,
    ...(logs && { TF_LOG_PATH: all["TF_LOG_PATH"] || path.join(folder, LOG_FILE) }),
    ...withoutRedirects(all),
    TF_IN_AUTOMATION: "1",
  };
}
