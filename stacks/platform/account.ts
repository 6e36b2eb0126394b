import { Fn } from "cdktf";

/** The account of repositories: `arn:aws:ecr:REGION:ACCOUNT:repository/…`. It is the tasks' own. */
export function accountOf(repositoryArns: readonly string[]): string {
  // Terraform knows each part only as some value; this one is text.
  return Fn.element(Fn.split(":", repositoryArns[0] ?? ""), 4) as string;
}
