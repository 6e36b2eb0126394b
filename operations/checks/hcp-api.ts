/** Per request to HCP Terraform: several requests fit within a check's time limit. */
const ANSWER_MS = 4_000;

/** Queries HCP Terraform with a token. */
export interface HcpApi {
  /** @returns the status and the `data` of the response */
  get(path: string): Promise<{ status: number; data: unknown }>;
}

/** @see https://developer.hashicorp.com/terraform/cloud-docs/api-docs */
export function createHcpApi(url: string, token: string, answerMs = ANSWER_MS): HcpApi {
  return {
    get: async (path) => {
      const answer = await fetch(`${url}${path}`, {
        headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/vnd.api+json" },
        signal: AbortSignal.timeout(answerMs),
      });
      if (!answer.ok) return { status: answer.status, data: undefined };
      // The format of JSON:API.
      const { data } = (await answer.json()) as { data?: unknown };
      return { status: answer.status, data };
    },
  };
}
