import type { ECRClient } from "@aws-sdk/client-ecr";
import type { Config } from "../../spec/config";
import type { Services } from "../../spec/service/spec";
import { record } from "../terraform/terraform-events";
import { logIn } from "./registry-login";

/** What the Docker provider's builds read their logins from, before the user's own configuration. */
const VARIABLE = "DOCKER_AUTH_CONFIG";

/** Where images are deployed to, and built from. */
interface Built {
  readonly config: Config;
  readonly services: Services;
}

/**
 * The variable by which BuildKit reads and writes the caches in the environment's repositories; none if no
 * service has one. The login of the Docker provider is for its pushes only. It is in no file and no state.
 *
 * @param shell the process's environment, whose own logins stay
 * @throws Error from ECR
 * @see https://docs.docker.com/reference/cli/docker/login/#docker_auth_config
 */
export async function cacheLogin(
  ecr: ECRClient,
  { config, services }: Built,
  shell: Readonly<NodeJS.ProcessEnv>,
): Promise<Record<string, string>> {
  const cached = Object.values(services).some(({ build }) => build?.cache);
  if (!cached || config.promoteFrom) return {};
  const { username, password, host } = await logIn(ecr);
  const registry = config.registry ? new URL(config.registry).host : host;
  const auth = Buffer.from(`${username}:${password}`).toString("base64");
  const auths = { ...loginsIn(shell[VARIABLE]), [registry]: { auth } };
  return { [VARIABLE]: JSON.stringify({ auths }) };
}

/** Docker ignores one that is no JSON. */
function loginsIn(given = ""): Readonly<Record<string, unknown>> {
  try {
    return record(record(JSON.parse(given))["auths"]);
  } catch {
    return {};
  }
}
