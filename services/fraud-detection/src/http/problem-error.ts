import type { Problem } from "../schemas/problem.js";

/** For a 503 that says nothing else: what is not there is seldom away for long. */
const RETRY_AFTER_SECONDS = 1;

interface More {
  readonly errors?: NonNullable<Problem["errors"]>;
  readonly retryAfterSeconds?: number;
  /** The value of `WWW-Authenticate`. */
  readonly challenge?: string;
}

/** An answer that is no success, to be thrown. Its message is answered, so it holds no secret. */
export class ProblemError extends Error {
  constructor(
    readonly status: number,
    detail: string,
    readonly more: More = {},
  ) {
    super(detail);
  }

  /** The header fields that go with the answer. */
  get headers(): Record<string, string> {
    const { challenge } = this.more;
    const retryAfterSeconds =
      this.more.retryAfterSeconds ?? (this.status === 503 ? RETRY_AFTER_SECONDS : undefined);
    return {
      ...(retryAfterSeconds !== undefined && { "retry-after": String(retryAfterSeconds) }),
      ...(challenge !== undefined && { "www-authenticate": challenge }),
    };
  }
}
