import { expect, test, vi } from "vitest";
import { createGithubApi, githubApi, repositoryIn } from "../../../../operations/github/api";
import { REPOSITORY, startGithub } from "../../../support/github";

test("an answer is read, one that is not there is none, and a refusal is in GitHub's words", async () => {
  const url = await startGithub({ "": { id: 7 }, "/environments/dev": { name: "dev" } });
  const api = createGithubApi(url, REPOSITORY, "right");
  expect(await api.get("")).toEqual({ id: 7 });
  expect(await api.get("/environments/dev")).toEqual({ name: "dev" });
  expect(await api.get("/environments/prod")).toBeUndefined();
  const denied = createGithubApi(url, REPOSITORY, "wrong");
  await expect(denied.get("")).rejects.toThrow("GitHub answered 401 to /: Bad credentials");
  await expect(denied.get("/environments/dev")).rejects.toThrow(
    "GitHub answered 401 to /environments/dev: Bad credentials",
  );
});

test.each([
  ["git@github.com:acme/platform.git", REPOSITORY],
  ["github.com/acme/platform", REPOSITORY],
  ["https://github.com/acme/platform\n", REPOSITORY],
  ["https://github.com//acme/platform/", REPOSITORY],
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
  for (const variable of ["GITHUB_TOKEN", "GH_TOKEN"]) {
    expect(await githubApi({ GITHUB_REPOSITORY: REPOSITORY, [variable]: "one" })).toMatchObject({
      api: { repository: REPOSITORY },
    });
  }
});

test.each([
  [{}, "https://api.github.com"],
  [{ GITHUB_API_URL: "https://github.acme.example/api/v3" }, "https://github.acme.example/api/v3"],
])("GitHub is asked at its own address, or an Enterprise server at its: %j", async (env, url) => {
  const asked = vi.spyOn(globalThis, "fetch").mockResolvedValue(new Response("{}"));
  const found = await githubApi({ GITHUB_REPOSITORY: REPOSITORY, GITHUB_TOKEN: "one", ...env });
  if (!("api" in found)) throw new Error(found.missing);
  await found.api.get("/environments/dev");
  expect(asked.mock.lastCall?.[0]).toBe(`${url}/repos/acme/platform/environments/dev`);
});
