import type { HistoryEntry, ScoreRequest, Transaction } from "../schemas/score.js";
import { millisecondsOf } from "../timestamp.js";
import type { RuleSet } from "./rule.js";

/** A transaction of the account before the one that is scored, or at the same time. */
export interface PastTransaction {
  readonly entry: HistoryEntry;
  /** Seconds before the transaction that is scored. */
  readonly age: number;
  /** In `valueOf`'s unit. */
  readonly value: number;
}

/** What the measures look at, worked out once for all of them. */
export interface Facts {
  readonly transaction: Transaction;
  readonly value: number;
  readonly past: readonly PastTransaction[];
}

/**
 * Times count from the transaction, not from the clock: scored again a day later, after an outage,
 * it gets the same answer, and what the account did since is not held against it.
 */
export function factsOf({ transaction, history }: ScoreRequest, rules: RuleSet): Facts {
  const now = millisecondsOf(transaction.occurredAt);
  const past: PastTransaction[] = [];
  for (const entry of history) {
    const age = (now - millisecondsOf(entry.occurredAt)) / 1000;
    if (age < -rules.clockSkewSeconds) continue;
    past.push({ entry, age: Math.max(age, 0), value: valueOf(entry, rules) });
  }
  return { transaction, value: valueOf(transaction, rules), past };
}

/**
 * The amount in US cents, roughly, so that amounts of several currencies can be added up. Whole
 * cents: a sum of fractions would depend on the order of the history.
 */
export function valueOf(
  { amount, currency }: { readonly amount: number; readonly currency: string },
  { minorUnitsPerDollar }: Pick<RuleSet, "minorUnitsPerDollar">,
): number {
  return Math.round((amount * 100) / (minorUnitsPerDollar[currency] ?? 100));
}

/** The past transactions that are no longer ago than that. */
export function within(facts: Facts, seconds: number): readonly PastTransaction[] {
  return facts.past.filter(({ age }) => age <= seconds);
}

/** Only these make the account's usual: otherwise refused attempts would, if repeated often enough. */
export function approved(facts: Facts): readonly PastTransaction[] {
  return facts.past.filter(({ entry }) => entry.decision === "approve");
}
