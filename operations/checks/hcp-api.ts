import { setTimeout as sleep } from "node:timers/promises";

/** Per request to HCP Terraform: several requests fit within a check's time limit. */
const ANSWER_MS = 4_000;

/** How often a request is sent when HCP Terraform limits them, and the longest wait between. */
const ATTEMPTS = 3;
const LONGEST_WAIT_MS = 3_000;

/** Queries HCP Terraform with a token. */
export interface HcpApi {
  /**
   * @returns the `data` of the response; `undefined` for 404, which also hides what the token may not see
   * @throws HcpRefusal for any other status, and what `fetch` throws when there is no answer
   */
  get(path: string): Promise<unknown>;
}

/** HCP Terraform, or another server, answered with neither success nor 404. */
export class HcpRefusal extends Error {
  constructor(readonly status: number) {
    super(`HTTP status ${status}`);
    this.name = "HcpRefusal";
  }
}

/** @see https://developer.hashicorp.com/terraform/cloud-docs/api-docs */
export function createHcpApi(url: string, token: string, answerMs = ANSWER_MS): HcpApi {
  const ask = (path: string) =>
    fetch(`${url}${path}`, {
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/vnd.api+json" },
      signal: AbortSignal.timeout(answerMs),
    });
  return {
    get: async (path) => {
      let answer = await ask(path);
      for (let sent = 1; answer.status === 429 && sent < ATTEMPTS; sent++) {
        await sleep(waitOf(answer));
        answer = await ask(path);
      }
      if (answer.status === 404) return undefined;
      if (!answer.ok) throw new HcpRefusal(answer.status);
      // The format of JSON:API.
      const { data } = (await answer.json()) as { data?: unknown };
      return data;
    },
  };
}

/**
 * The wait that an answer asks for, in milliseconds.
 *
 * @see https://developer.hashicorp.com/terraform/cloud-docs/api-docs#rate-limiting
 */
function waitOf({ headers }: Response): number {
  const seconds = Number(headers.get("x-ratelimit-reset") ?? headers.get("retry-after") ?? 1);
  return Math.min(Number.isFinite(seconds) ? seconds * 1000 : 1000, LONGEST_WAIT_MS);
}
