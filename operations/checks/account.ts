import type { Problem } from "./check";

/**
 * Whether the environment was deployed to another account or region: its repositories name theirs.
 * Terraform would find nothing of it in this one, and would begin to create it a second time.
 *
 * @param repositories the output `repository-urls` of the environment's registry
 */
export function accountProblem(
  repositories: Readonly<Record<string, string>> | undefined,
  account: string,
  region: string,
): Problem | undefined {
  const places = Object.values(repositories ?? {}).flatMap((url) => placeOf(url) ?? []);
  const another = "or name another environment: export PLATFORM_SUFFIX=…";
  for (const place of places) {
    if (place.account !== account) {
      return {
        problem: `the credentials are of account ${account}, and this environment was deployed to ${place.account}`,
        fix: `use credentials of ${place.account}, ${another}`,
      };
    }
    if (place.region !== region) {
      return {
        problem: `the settings say ${region}, and this environment was deployed to ${place.region}`,
        fix: `export PLATFORM_REGION=${place.region}, ${another}`,
      };
    }
  }
  return undefined;
}

/** `123456789012.dkr.ecr.eu-west-1.amazonaws.com/…`; another registry's address tells neither. */
function placeOf(url: string): { account: string; region: string } | undefined {
  const [, account, region] = /^(\d{12})\.dkr\.ecr(?:-fips)?\.([a-z0-9-]+)\./.exec(url) ?? [];
  return account !== undefined && region !== undefined ? { account, region } : undefined;
}
