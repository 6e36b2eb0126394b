import { expect, test } from "vitest";
import { environments } from "../../../../environments";
import { createGithubApi } from "../../../../operations/github/api";
import { gateOf, gateProblems, gatesOf } from "../../../../operations/github/environments";
import { REPOSITORY, startGithub } from "../../../support/github";

const custom = { protected_branches: false, custom_branch_policies: true };
const reviewers = [{ type: "required_reviewers", reviewers: [{ type: "User" }] }];
const branches = (...names: string[]) => ({ branch_policies: names.map((name) => ({ name })) });
const PROTECTED = {
  "": {},
  "/environments/dev": { deployment_branch_policy: custom, protection_rules: [] },
  "/environments/dev/deployment-branch-policies?per_page=100": branches("main"),
  "/environments/prod": { deployment_branch_policy: custom, protection_rules: reviewers },
  "/environments/prod/deployment-branch-policies?per_page=100": branches("main"),
  "/environments/preview": { deployment_branch_policy: null, protection_rules: [] },
};

async function problems(answers: Readonly<Record<string, unknown>>, token = "right") {
  const api = createGithubApi(await startGithub(answers), REPOSITORY, token);
  const found = await gateProblems(api, gatesOf(environments));
  return found.map(({ problem, fix }) => `${problem} → ${fix}`);
}

test("environments with their protection have no problem", async () => {
  expect(await problems(PROTECTED)).toEqual([]);
});

test("an environment that is closed to unprotected branches is closed enough", async () => {
  const policy = { protected_branches: true, custom_branch_policies: false };
  const dev = { deployment_branch_policy: policy, protection_rules: [] };
  expect(await problems({ ...PROTECTED, "/environments/dev": dev })).toEqual([]);
});

test("an environment for previews is for every branch", async () => {
  expect(await problems({ ...PROTECTED, "/environments/preview": undefined })).toEqual([
    expect.stringMatching(/^the environment preview .* → create it for every branch: https:/),
  ]);
});

test("a missing environment is reported with what it must be", async () => {
  expect(await problems({ ...PROTECTED, "/environments/prod": undefined })).toEqual([
    expect.stringMatching(
      /^the environment prod does not exist on GitHub; .* → create it for the branch main alone, with reviewers: https:/,
    ),
  ]);
});

test("an environment without reviewers, from which prod takes its images, is reported", async () => {
  const nobody = [{ type: "required_reviewers", reviewers: [] }];
  const others = [{ type: "wait_timer", reviewers: [{ type: "User" }] }];
  for (const protection_rules of [[], nobody, others, undefined]) {
    const prod = { deployment_branch_policy: custom, protection_rules };
    expect(await problems({ ...PROTECTED, "/environments/prod": prod })).toEqual([
      "nobody has to approve a deployment to prod → set it up for the branch main alone, with reviewers: https://github.com/acme/platform/settings/environments",
    ]);
  }
});

test.each([
  [{ deployment_branch_policy: null }, branches("main"), "every branch may deploy to dev"],
  [{ deployment_branch_policy: custom }, branches(), "no branch may deploy to dev"],
  [
    { deployment_branch_policy: custom },
    branches("main", "feature/*"),
    "besides main, feature/* may deploy to dev",
  ],
  [
    { deployment_branch_policy: custom },
    branches("fix", "main", "feature/*"),
    "besides main, fix, feature/* may deploy to dev",
  ],
])("an environment open to other branches is reported: %j", async (dev, policies, words) => {
  const path = "/environments/dev/deployment-branch-policies?per_page=100";
  const found = await problems({ ...PROTECTED, "/environments/dev": dev, [path]: policies });
  expect(found).toEqual([expect.stringContaining(words)]);
});

test("a token that may not read says so, and is no environment without problems", async () => {
  expect(await problems(PROTECTED, "wrong")).toEqual([
    expect.stringMatching(/could not be read .*401.*Bad credentials.* → .*Actions: read/),
  ]);
  expect(await problems({})).toEqual([
    "the token cannot see acme/platform on GitHub → use a token that may read the repository and its Actions",
  ]);
});

test("a server that does not answer is a problem too", async () => {
  const api = createGithubApi("http://127.0.0.1:9", REPOSITORY, "right");
  expect(await gateProblems(api, gatesOf(environments))).toHaveLength(1);
});

test("each preview belongs to the one environment of all previews", () => {
  expect(gateOf("pr-7", environments)).toEqual({ name: "preview", onMain: false, approved: false });
  expect(gateOf("prod", environments)).toEqual({ name: "prod", onMain: true, approved: true });
  expect(gateOf("unknown", environments)).toMatchObject({ name: "unknown", approved: false });
});
