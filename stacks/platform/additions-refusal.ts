/** Mistakes in additions.ts that were found together. Nothing is written for Terraform. */
export class AdditionsRefusal extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.join("\n"));
  }
}

/** @throws AdditionsRefusal if there is a problem */
export function refuseAdditions(problems: readonly string[]): void {
  if (problems.length > 0) throw new AdditionsRefusal(problems.map((each) => `additions: ${each}`));
}
