import type { Account } from "./account";
import type { Answer } from "./resource";

/** A request as a route gets it. */
export interface Asked {
  readonly account: Account;
  /** The address of the server, for the links in its answers. */
  readonly url: string;
  /** What the parentheses of the route's pattern match. */
  readonly found: readonly string[];
  readonly query: URLSearchParams;
  readonly body: string;
}

/** A path of the API, below the server's address, and what answers it. */
export interface Route {
  readonly method: string;
  readonly path: RegExp;
  readonly answer: (asked: Asked) => Answer;
}
