import { execa } from "execa";
import { PROJECT_FOLDER } from "../../project";

/** Per request; several fit within the time that a person waits for a report. */
const ANSWER_MS = 8_000;

/** Reads from GitHub's REST API. */
export interface GithubApi {
  /** `owner/name` */
  readonly repository: string;
  /**
   * @param path below the repository: `/environments/prod`
   * @returns the answer; `undefined` for 404, which also hides what the token may not see
   * @throws Error with GitHub's words for any other refusal, and what `fetch` throws
   */
  get(path: string): Promise<unknown>;
}

/**
 * @param url `https://api.github.com`, or an Enterprise server's own
 * @see https://docs.github.com/en/rest
 */
export function createGithubApi(url: string, repository: string, token: string): GithubApi {
  return {
    repository,
    get: async (path) => {
      const answer = await fetch(`${url}/repos/${repository}${path}`, {
        headers: {
          Authorization: `Bearer ${token}`,
          Accept: "application/vnd.github+json",
          "X-GitHub-Api-Version": "2022-11-28",
        },
        signal: AbortSignal.timeout(ANSWER_MS),
      });
      if (answer.status === 404) return undefined;
      if (!answer.ok) {
        throw new Error(
          `GitHub answered ${answer.status} to ${path || "/"}: ${await answer.text()}`,
        );
      }
      return await answer.json();
    },
  };
}

/** The API for this checkout, or why there is none. */
export async function githubApi(
  env: Readonly<NodeJS.ProcessEnv>,
): Promise<{ readonly api: GithubApi } | { readonly missing: string }> {
  const token = env["GITHUB_TOKEN"] || env["GH_TOKEN"];
  const repository = env["GITHUB_REPOSITORY"] || (await repositoryOfOrigin());
  if (repository === undefined) return { missing: "the remote origin is not on github.com" };
  if (!token) return { missing: "no token; export GITHUB_TOKEN=$(gh auth token)" };
  const url = env["GITHUB_API_URL"] || "https://api.github.com";
  return { api: createGithubApi(url, repository, token) };
}

async function repositoryOfOrigin(): Promise<string | undefined> {
  const options = { cwd: PROJECT_FOLDER, reject: false, timeout: ANSWER_MS };
  const { stdout } = await execa("git", ["remote", "get-url", "origin"], options);
  return repositoryIn(typeof stdout === "string" ? stdout : "");
}

/** `acme/platform` of `git@github.com:acme/platform.git` or `https://github.com/acme/platform`. */
export function repositoryIn(remote: string): string | undefined {
  return /(?:^|@|\/\/)(?:[^@/]*@)?github\.com[:/]+([\w.-]+\/[\w.-]+?)(?:\.git)?\/?$/.exec(
    remote.trim(),
  )?.[1];
}
