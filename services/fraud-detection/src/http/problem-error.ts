import type { Problem } from "../schemas/problem.js";

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
    const { retryAfterSeconds, challenge } = this.more;
    return {
      ...(retryAfterSeconds !== undefined && { "retry-after": String(retryAfterSeconds) }),
      ...(challenge !== undefined && { "www-authenticate": challenge }),
    };
  }
}
