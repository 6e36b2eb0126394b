import { type ECRClient, GetAuthorizationTokenCommand } from "@aws-sdk/client-ecr";

/** A login to every registry in ECR that the caller may use. */
export interface Login {
  readonly username: string;
  readonly password: string;
  /** The host of the caller's own. */
  readonly host: string;
}

/** The caller's login, valid for twelve hours. */
export async function logIn(ecr: ECRClient): Promise<Login> {
  const { authorizationData = [] } = await ecr.send(new GetAuthorizationTokenCommand({}));
  const { authorizationToken = "", proxyEndpoint = "" } = authorizationData[0] ?? {};
  const [username = "", password = ""] = Buffer.from(authorizationToken, "base64")
    .toString()
    .split(":");
  return { username, password, host: proxyEndpoint.replace(/^https?:\/\//, "") };
}

/** The region in the host of a registry in ECR: `us-east-1` in `123….dkr.ecr.us-east-1.amazonaws.com`. */
export function regionOfRegistry(host: string): string | undefined {
  return /^(?:https?:\/\/)?\d{12}\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.amazonaws\.com/.exec(
    host,
  )?.[1];
}
