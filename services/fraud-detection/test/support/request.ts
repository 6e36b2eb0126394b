import type { HistoryEntry, ScoreRequest, Transaction } from "../../src/schemas/score.js";

export const NOW = Date.parse("2026-03-10T12:00:00Z");

export const SECOND = 1;
export const MINUTE = 60;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** A transaction that no rule has anything against, save what is given. */
export function transaction(given: Partial<Transaction> = {}): Transaction {
  return {
    id: "2f1c2a7e-4b0a-4f4e-9a53-0f6f1d1c7a10",
    accountId: "7d9b4a52-90f1-4c0e-8f0e-4a1a3a8b1c22",
    amount: 2_500,
    currency: "EUR",
    country: "DE",
    merchantCategory: "5411",
    card: "card-1",
    occurredAt: ago(0),
    ...given,
  };
}

/** An ordinary transaction of the account, so many seconds before `NOW`. */
export function entry(seconds: number, given: Partial<HistoryEntry> = {}): HistoryEntry {
  const { currency, country, merchantCategory, card } = transaction();
  return {
    amount: 2_500,
    currency,
    country,
    merchantCategory,
    card,
    occurredAt: ago(seconds),
    decision: "approve",
    ...given,
  };
}

export function entries(
  count: number,
  seconds: number,
  given: Partial<HistoryEntry> = {},
): HistoryEntry[] {
  return Array.from({ length: count }, () => entry(seconds, given));
}

/** An account that shops every few days, with amounts that vary: its request has about 4 KB. */
export function ordinaryRequest(count = 20): ScoreRequest {
  return {
    transaction: transaction({ card: "f3a1c8e0b7d94f6a8c2e5d1b9a7f4c3e" }),
    history: Array.from({ length: count }, (_, index) =>
      entry((index + 1) * 1.7 * DAY, {
        amount: 1_200 + ((index * 733) % 4_100),
        card: "f3a1c8e0b7d94f6a8c2e5d1b9a7f4c3e",
        merchantCategory: ["5411", "5812", "4111", "5541"][index % 4] ?? "5411",
      }),
    ),
  };
}

export function ago(seconds: number): string {
  return new Date(NOW - seconds * 1000).toISOString();
}
