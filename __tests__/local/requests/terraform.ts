import { execa } from "execa";
import { prepareTerraform } from "../../../local/machine/terraform";
import { readFileStateSettings } from "../../../local/aws/settings";
import { environment } from "../../../project";

/** The limit for a Terraform command; creation waits for Aurora and the load balancer. */
const COMMAND_MINUTES = 8;

/** Runs Terraform in a folder, and fails with its errors. */
export type Terraform = (folder: string, ...command: readonly string[]) => Promise<string>;

/**
 * Terraform with the providers that `npx platform up` has fetched, for the AWS at an endpoint.
 *
 * @param credentials variables with a caller's keys. @default the account's root
 */
export async function terraformFor(
  endpoint: string,
  credentials: Readonly<Record<string, string>> = {},
): Promise<Terraform> {
  const settings = readFileStateSettings();
  const { binary } = await prepareTerraform({
    cacheFolder: settings.cacheFolder,
    path: environment["PATH"] ?? "",
    report: console.log,
  });
  return async (folder, ...command) => {
    const { all, exitCode } = await execa(binary, [...command, "-no-color"], {
      cwd: folder,
      env: {
        ...settings.environment,
        AWS_ENDPOINT_URL: endpoint,
        TF_CLI_ARGS_init: "",
        ...credentials,
      },
      all: true,
      reject: false,
      timeout: COMMAND_MINUTES * 60_000,
    });
    if (exitCode !== 0) {
      const errors = all.slice(Math.max(0, all.indexOf("Error:")));
      throw new Error(`terraform ${command.join(" ")} in ${folder}:\n${errors}`);
    }
    return all;
  };
}
