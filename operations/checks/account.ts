import type { Problem } from "./check";

/**
 * Reports an environment that was deployed to another account or region, which its repository URLs name.
 * Terraform would find no trace of it here and would create it a second time.
 *
 * @param repositories the output `repository-urls` of the environment's registry
 */
export function accountProblem(
  repositories: Readonly<Record<string, string>> | undefined,
  account: string,
  region: string,
): Problem | undefined {
  const places = Object.values(repositories ?? {}).flatMap((url) => placeOf(url) ?? []);
  const another = "or choose another environment: export PLATFORM_SUFFIX=…";
  for (const place of places) {
    if (place.account !== account) {
      return {
        problem: `the credentials belong to account ${account}, but this environment was deployed to ${place.account}`,
        fix: `use credentials for ${place.account}, ${another}`,
      };
    }
    if (place.region !== region) {
      return {
        problem: `the region is set to ${region}, but this environment was deployed to ${place.region}`,
        fix: `export PLATFORM_REGION=${place.region}, ${another}`,
      };
    }
  }
  return undefined;
}

/** `123456789012.dkr.ecr.eu-west-1.amazonaws.com/…`; other registries' addresses contain neither. */
function placeOf(url: string): { account: string; region: string } | undefined {
  const [, account, region] = /^(\d{12})\.dkr\.ecr(?:-fips)?\.([a-z0-9-]+)\./.exec(url) ?? [];
  return account !== undefined && region !== undefined ? { account, region } : undefined;
}
