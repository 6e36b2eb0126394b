import type { DeployedEnvironment } from "../../operations/environments/environment-list";

/** An environment as the list of an account has it. */
export function deployed(suffix: string, expired = false): DeployedEnvironment {
  const expires = expired ? "2020-01-01T00:00:00Z" : undefined;
  return { suffix, expired, expires, resources: 9, url: undefined, since: undefined };
}
