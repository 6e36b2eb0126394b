import { expect, test } from "vitest";
import { createGithubApi } from "../../../../operations/github/api";
import { codeOwnerProblems } from "../../../../operations/github/code-owners";
import { REPOSITORY, startGithub } from "../../../support/github";

async function problems(answer: unknown) {
  const url = await startGithub({ "/codeowners/errors": answer });
  return await codeOwnerProblems(createGithubApi(url, REPOSITORY, "right"));
}

test("an owner whom GitHub does not know is reported with its line", async () => {
  const errors = [{ line: 3, kind: "Unknown owner", source: "* @OWNER/platform\n" }];
  expect(await problems({ errors })).toEqual([
    {
      problem: "CODEOWNERS, line 3: Unknown owner: * @OWNER/platform",
      fix: "name a user, or a team of your organisation, that may write to the repository",
    },
  ]);
  expect(await problems({ errors: [] })).toEqual([]);
});
