import type { Problem } from "../checks/check";
import { list, record } from "../terraform/terraform-events";
import type { GithubApi } from "./api";

/**
 * What GitHub finds wrong with CODEOWNERS. It ignores a line whose owner it does not know, so that nobody
 * is asked to review what the line is about.
 *
 * @see https://docs.github.com/en/rest/repos/repos#list-codeowners-errors
 */
export async function codeOwnerProblems(api: GithubApi): Promise<Problem[]> {
  const errors = list(record(await api.get("/codeowners/errors"))["errors"]).map(record);
  return errors.map(({ line, kind, source }) => ({
    problem: `CODEOWNERS, line ${String(line)}: ${String(kind)}: ${String(source).trim()}`,
    fix: "name a user, or a team of your organisation, that may write to the repository",
  }));
}
