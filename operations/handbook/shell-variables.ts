import type { Config } from "../../spec/config";
import { isOnInternet } from "../../spec/environment/domain";

/**
 * The lines that point a shell to an environment, whatever it was set to before. Without them, the commands
 * would look in the region and for the state of the reader's own shell.
 */
export function shellLines(config: Config): string[] {
  if (!isOnInternet(config)) return ['eval "$(npx platform env)"'];
  const variables: Readonly<Record<string, string | undefined>> = {
    PLATFORM_NAME: config.name,
    PLATFORM_REGION: config.region,
    ...stateVariables(config),
    PLATFORM_PERMISSIONS_BOUNDARY: config.permissionsBoundary,
  };
  return Object.entries(variables).flatMap(([name, value]) =>
    value === undefined ? [] : [`export ${name}=${quoted(value)}`],
  );
}

/** The folder of local states is this machine's own, so it is left out. */
function stateVariables({ backend }: Config): Readonly<Record<string, string | undefined>> {
  switch (backend.kind) {
    case "s3":
      return {
        PLATFORM_BACKEND: "s3",
        PLATFORM_STATE_BUCKET: backend.bucket,
        PLATFORM_STATE_REGION: backend.region,
        PLATFORM_STATE_KMS_KEY: backend.kmsKey,
      };
    case "cloud":
      return {
        PLATFORM_BACKEND: "cloud",
        PLATFORM_HCP_ORGANIZATION: backend.organization,
        PLATFORM_HCP_PROJECT: backend.project,
        PLATFORM_HCP_HOSTNAME: backend.hostname,
        PLATFORM_HCP_RUN_ROLE: backend.runRole,
      };
    case "local":
      return {};
  }
}

/** A word of a shell. */
function quoted(value: string): string {
  return /^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", String.raw`'\''`)}'`;
}
