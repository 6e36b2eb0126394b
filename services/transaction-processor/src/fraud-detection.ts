import type { LookupFunction } from "node:net";
import {
  BrokenCircuitError,
  CircuitState,
  ConsecutiveBreaker,
  ExponentialBackoff,
  TaskCancelledError,
  TimeoutStrategy,
  circuitBreaker,
  handleType,
  handleWhen,
  retry,
  timeout,
  wrap,
} from "cockatiel";
import type { FastifyBaseLogger } from "fastify";
import { Compile } from "typebox/compile";
import { Pool } from "undici";
import {
  CallerNotServed,
  FraudDetectionRefused,
  FraudDetectionUnavailable,
} from "./fraud-detection-failure.js";
import { Decision, type Precedent, type Question } from "./schemas/decision.js";

/** For a decision in all: connecting, asking, and asking again after a quick failure. */
const DEADLINE_MS = 800;

/**
 * A question without an answer by then is asked anew so often, on another connection, which may lead to
 * another task: all of the account's transactions that wait behind it would be left pending otherwise.
 */
const LATE_AGAIN = 1;

/** Of this many failures in a row, for so long, nobody is asked at all. */
const BREAK_AFTER = 5;
const BREAK_MS = 2000;

/**
 * Each deployment changes the addresses behind the name, which Cloud Map gives out for 10 s. No
 * connection gets older, so that none keeps to an address for longer.
 */
const CONNECTION_MS = 10_000;

/** A gateway's words for a connection that failed. */
const WORTH_RETRYING = new Set([502, 503, 504]);

/** What a caller is told, and a call without a caller never is. */
const OF_THE_CALLER = new Set([401, 403, 429]);

const isDecision = Compile(Decision);

interface Options {
  /** How names become addresses. @default the system's way */
  readonly lookup?: LookupFunction;
  readonly connectionMs?: number;
}

/** Asks fraud-detection, within twice the deadline whatever happens. */
export class FraudDetection {
  readonly #pool: Pool;
  readonly #path: string;
  readonly #breaker = circuitBreaker(
    handleType(FraudDetectionUnavailable).orType(TaskCancelledError),
    { halfOpenAfter: BREAK_MS, breaker: new ConsecutiveBreaker(BREAK_AFTER) },
  );
  readonly #policy = wrap(
    // Around the breaker, which counts each late answer and ends the asking.
    retry(handleType(TaskCancelledError), { maxAttempts: LATE_AGAIN }),
    this.#breaker,
    timeout(DEADLINE_MS, TimeoutStrategy.Aggressive),
    retry(
      handleWhen((error) => error instanceof FraudDetectionUnavailable && error.worthRetrying),
      {
        maxAttempts: 2,
        // With jitter: tasks that failed together shall not come back together.
        backoff: new ExponentialBackoff({ initialDelay: 40, maxDelay: 150 }),
      },
    ),
  );
  #brokenUntil = 0;

  constructor(url: string, log: FastifyBaseLogger, { lookup, connectionMs }: Options = {}) {
    const { origin, pathname } = new URL(url);
    this.#path = `${pathname.replace(/\/$/, "")}/v1/score`;
    this.#pool = new Pool(origin, {
      connections: 16,
      clientTtl: connectionMs ?? CONNECTION_MS,
      connect: { timeout: DEADLINE_MS / 2, ...(lookup && { lookup }) },
    });
    this.#breaker.onBreak(() => {
      this.#brokenUntil = Date.now() + BREAK_MS;
      log.warn("fraud-detection fails; it is not asked for a while");
    });
    this.#breaker.onReset(() => {
      log.info("fraud-detection answers again");
    });
  }

  /** Whether it answered lately; otherwise one question at a time finds out. */
  get isWell(): boolean {
    return this.#breaker.state === CircuitState.Closed;
  }

  /** Milliseconds until it may be asked. */
  get pauseMs(): number {
    return this.isWell ? 0 : Math.max(0, this.#brokenUntil - Date.now());
  }

  /** @param authorization the caller's, passed on unchanged; none where nobody waits for the answer */
  async score(
    question: Question,
    history: readonly Precedent[],
    authorization?: string,
  ): Promise<Decision> {
    // The breaker would let others wait for the one question that finds out.
    if (this.#breaker.state === CircuitState.HalfOpen) throw notAsked();
    const body = JSON.stringify({ transaction: question, history });
    const headers = { "content-type": "application/json", ...(authorization && { authorization }) };
    try {
      // A signal for each: on the policy's own, which all share, ten listeners are a suspected leak.
      const { signal: own } = new AbortController();
      return await this.#policy.execute(({ signal }) => this.#ask(headers, body, signal), own);
    } catch (error) {
      if (error instanceof BrokenCircuitError) throw notAsked(error);
      if (error instanceof TaskCancelledError) throw unavailable("no answer in time", false, error);
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
  }

  async #ask(
    headers: Readonly<Record<string, string>>,
    body: string,
    signal: AbortSignal,
  ): Promise<Decision> {
    let status: number;
    let answer: string;
    try {
      const response = await this.#pool.request({
        ...{ method: "POST", path: this.#path, headers, body, signal },
      });
      status = response.statusCode;
      answer = await response.body.text();
    } catch (error) {
      throw unavailable("the connection failed", !signal.aborted, error);
    }
    if (status === 200) return decisionOf(answer);
    if (OF_THE_CALLER.has(status) && headers["authorization"] !== undefined) {
      throw new CallerNotServed(`fraud-detection answers the caller ${status}`);
    }
    if (status >= 500 || OF_THE_CALLER.has(status)) {
      throw unavailable(`it answers ${status}`, WORTH_RETRYING.has(status));
    }
    throw new FraudDetectionRefused(`fraud-detection answers ${status}`);
  }
}

function decisionOf(answer: string): Decision {
  let decision: unknown;
  try {
    decision = JSON.parse(answer);
  } catch (error) {
    throw unavailable("its answer is no JSON", false, error);
  }
  if (!isDecision.Check(decision)) throw unavailable("its answer is no decision", false);
  return decision;
}

function unavailable(what: string, worthRetrying: boolean, cause?: unknown) {
  return new FraudDetectionUnavailable(`fraud-detection: ${what}`, worthRetrying, { cause });
}

function notAsked(cause?: unknown) {
  return unavailable("it failed lately and is not asked", false, cause);
}
