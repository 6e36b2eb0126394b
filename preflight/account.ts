import type { Problem } from "./check";

/**
 * Whether the environment was deployed to another account: its repositories name theirs. Terraform
 * would find nothing of it in this one, and would begin to create it a second time.
 *
 * @param repositories the output `repository-urls` of the environment's registry
 */
export function accountProblem(
  repositories: Readonly<Record<string, string>> | undefined,
  account: string,
): Problem | undefined {
  const accounts = Object.values(repositories ?? {}).flatMap((url) => accountOf(url) ?? []);
  const other = accounts.find((deployed) => deployed !== account);
  if (other === undefined) return undefined;
  return {
    problem: `the credentials are of account ${account}, and this environment was deployed to ${other}`,
    mend: `use credentials of ${other}, or name another environment: export PLATFORM_SUFFIX=…`,
  };
}

/** `123456789012.dkr.ecr.eu-west-1.amazonaws.com/…`; another registry's address has no account. */
function accountOf(url: string): string | undefined {
  return /^(\d{12})\.dkr\.ecr[.-]/.exec(url)?.[1];
}
