import { randomUUID } from "node:crypto";

/** The services that the journey needs; it is impossible without any one of them. */
export const JOURNEY_SERVICES = ["flask-api", "transaction-processor", "fraud-detection"] as const;

const STEP_LIMIT_MS = 10_000;

/** Made in this order on a new account; each is more unusual for it than the last. */
const PURCHASES = [
  { amount: 2_500, merchantCategory: "5411", country: "US", card: "a", status: "approved" },
  { amount: 300_000, merchantCategory: "5732", country: "US", card: "a", status: "review" },
  { amount: 900_000, merchantCategory: "7995", country: "NG", card: "b", status: "declined" },
] as const;

/** A step with an unexpected result; the message names the step and the result. */
export class JourneyError extends Error {}

/** A transaction with its final decision. */
export interface DecidedTransaction {
  readonly id: string;
  /** RFC 3339 in UTC: its date is the day on which it is booked. */
  readonly decidedAt: string;
}

/** A user, and the load balancer that he asks. */
export interface Traveller {
  /** The load balancer's address. */
  readonly origin: string;
  /** An access token. */
  readonly token: string;
}

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/**
 * Acts as a user of the shipped services: opens an account, makes three purchases (one approved, one
 * held for review, one declined) and reads them back. Part of `npx platform verify`. Each run leaves
 * a closed account behind.
 *
 * @returns the transactions of the purchases
 * @throws JourneyError
 */
export async function goOnJourney(traveller: Traveller): Promise<DecidedTransaction[]> {
  const ask = asking(traveller);
  const opened = await ask("POST", "/accounts", { owner: "Journey", currency: "USD" });
  expect("open an account", opened, 201, { status: "open" });
  const id = String(opened.body.id);

  const transactions: DecidedTransaction[] = [];
  for (const { status, ...purchase } of PURCHASES) {
    const body = { accountId: id, currency: "USD", ...purchase };
    const answer = await ask("POST", "/v1/transactions", body);
    expect(`make a purchase that ends in status ${status}`, answer, 201, { status });
    const { id: transaction, decidedAt } = answer.body;
    transactions.push({ id: String(transaction), decidedAt: String(decidedAt) });
  }

  const read = await ask("GET", `/accounts/${id}/transactions`);
  expect("read the transactions through flask-api", read, 200, {
    items: [...PURCHASES].reverse().map(({ status, amount }) => ({ status, amount })),
  });
  const summary = await ask("GET", `/accounts/${id}/summary`);
  const sums = PURCHASES.map(({ status, amount }) => [status, { count: 1, amount: `${amount}` }]);
  expect("read the summary through flask-api", summary, 200, {
    currencies: [{ currency: "USD", ...Object.fromEntries(sums) }],
  });
  const closed = await ask("POST", `/accounts/${id}/close`);
  expect("close the account", closed, 200, { id, status: "closed" });
  return transactions;
}

function asking({ origin, token }: Traveller) {
  return async (method: string, path: string, body?: Record<string, unknown>): Promise<Answer> => {
    try {
      const response = await fetch(origin + path, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          "content-type": "application/json",
          "idempotency-key": randomUUID(),
        },
        signal: AbortSignal.timeout(STEP_LIMIT_MS),
        ...(body && { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, body: parse(text) };
    } catch (error) {
      throw new JourneyError(`${method} ${path} got no answer: ${String(error)}`);
    }
  };
}

function parse(text: string): Answer["body"] {
  try {
    const value: unknown = JSON.parse(text);
    // Any object is a record of its properties.
    return typeof value === "object" && value !== null ? { ...value } : { value };
  } catch {
    return { text };
  }
}

function expect(step: string, answer: Answer, status: number, fields: Answer["body"]): void {
  if (answer.status === status && contains(answer.body, fields)) return;
  const wanted = `${status} ${JSON.stringify(fields)}`;
  const came = `${answer.status} ${JSON.stringify(answer.body).slice(0, 600)}`;
  throw new JourneyError(`could not ${step}: expected ${wanted}, got ${came}`);
}

/** Whether `value` contains every property in `part`, recursively. */
function contains(value: unknown, part: unknown): boolean {
  if (typeof part !== "object" || part === null) return value === part;
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(part) && Array.isArray(value) && part.length !== value.length) return false;
  const found = new Map<string, unknown>(Object.entries(value));
  return Object.entries(part).every(([key, wanted]) => contains(found.get(key), wanted));
}
