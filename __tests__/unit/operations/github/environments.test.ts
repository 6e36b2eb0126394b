import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { environments } from "../../../../environments";
import { createGithubApi, githubApi, repositoryIn } from "../../../../operations/github/api";
import { codeOwnerProblems } from "../../../../operations/github/code-owners";
import { gateOf, gateProblems, gatesOf } from "../../../../operations/github/environments";

const REPOSITORY = "acme/platform";
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A server that answers as GitHub does: JSON by path, 404 for all others, 401 for another token. */
async function startGithub(answers: Readonly<Record<string, unknown>>) {
  const server = createServer(({ url = "", headers }, response) => {
    const path = url.replace(`/repos/${REPOSITORY}`, "");
    const known = headers.authorization === "Bearer right";
    const answer = answers[path];
    response.writeHead(!known ? 401 : answer === undefined ? 404 : 200);
    response.end(known ? JSON.stringify(answer ?? {}) : "Bad credentials");
  });
  servers.push(server);
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  // A server that listens on a port has such an address.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

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

test("a missing environment is reported with what it must be", async () => {
  expect(await problems({ ...PROTECTED, "/environments/prod": undefined })).toEqual([
    expect.stringMatching(
      /^the environment prod does not exist on GitHub; .* → create it for the branch main alone, with reviewers: https:/,
    ),
  ]);
});

test("an environment without reviewers, from which prod takes its images, is reported", async () => {
  for (const protection_rules of [[], [{ type: "required_reviewers", reviewers: [] }]]) {
    const prod = { deployment_branch_policy: custom, protection_rules };
    expect(await problems({ ...PROTECTED, "/environments/prod": prod })).toEqual([
      expect.stringContaining("nobody has to approve a deployment to prod"),
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
])("an environment open to other branches is reported: %j", async (dev, policies, words) => {
  const path = "/environments/dev/deployment-branch-policies?per_page=100";
  const found = await problems({ ...PROTECTED, "/environments/dev": dev, [path]: policies });
  expect(found).toEqual([expect.stringContaining(words)]);
});

test("a token that may not read says so, and is no environment without problems", async () => {
  expect(await problems(PROTECTED, "wrong")).toEqual([
    expect.stringMatching(/could not be read .*401.*Bad credentials.* → .*Actions: read/),
  ]);
  expect(await problems({})).toEqual([expect.stringContaining("cannot see acme/platform")]);
});

test("an owner whom GitHub does not know is reported with its line", async () => {
  const errors = [{ line: 3, kind: "Unknown owner", source: "* @OWNER/platform\n" }];
  const api = async (answer: unknown) =>
    createGithubApi(await startGithub({ "/codeowners/errors": answer }), REPOSITORY, "right");
  expect(await codeOwnerProblems(await api({ errors }))).toMatchObject([
    { problem: "CODEOWNERS, line 3: Unknown owner: * @OWNER/platform" },
  ]);
  expect(await codeOwnerProblems(await api({ errors: [] }))).toEqual([]);
});

test("a server that does not answer is a problem too", async () => {
  const api = createGithubApi("http://127.0.0.1:9", REPOSITORY, "right");
  expect(await gateProblems(api, gatesOf(environments))).toHaveLength(1);
});

test("each preview belongs to the one environment of all previews", () => {
  expect(gateOf("pr-7", environments)).toEqual({ name: "preview", onMain: false, approved: false });
  expect(gateOf("prod", environments)).toEqual({ name: "prod", onMain: true, approved: true });
});

test.each([
  ["git@github.com:acme/platform.git", REPOSITORY],
  ["https://github.com/acme/platform", REPOSITORY],
  ["https://token@github.com/acme/platform.git", REPOSITORY],
  ["ssh://git@github.com/acme/platform.git", REPOSITORY],
  ["https://gitlab.com/acme/platform.git", undefined],
  ["https://notgithub.com/acme/platform", undefined],
  ["", undefined],
])("the repository of the remote %j is %j", (remote, repository) => {
  expect(repositoryIn(remote)).toBe(repository);
});

test("without a token nothing is asked, and the report says how to get one", async () => {
  expect(await githubApi({ GITHUB_REPOSITORY: REPOSITORY })).toEqual({
    missing: "no token; export GITHUB_TOKEN=$(gh auth token)",
  });
  expect(await githubApi({ GITHUB_REPOSITORY: REPOSITORY, GH_TOKEN: "one" })).toMatchObject({
    api: { repository: REPOSITORY },
  });
});
