import { createHash } from "node:crypto";
import type { MeasureParameters } from "./measures.js";

/** A row of the table: it applies when its measure reaches the threshold. */
export type Rule<Name extends keyof MeasureParameters = keyof MeasureParameters> = {
  [M in Name]: {
    readonly id: string;
    /** Added to the score. */
    readonly points: number;
    readonly measure: M;
    readonly parameters: MeasureParameters[M];
    readonly threshold: number;
  };
}[Name];

export interface RuleSet {
  /** Names the content: it cannot be forgotten when a rule is changed. */
  readonly version: string;
  /** The scores from which on a transaction is not approved any more. */
  readonly decisions: { readonly review: number; readonly decline: number };
  /** How much later than the transaction its past may seem to be, by clocks that differ. */
  readonly clockSkewSeconds: number;
  /** What a US dollar is worth, roughly; a currency that is not named counts like the dollar. */
  readonly minorUnitsPerDollar: Readonly<Record<string, number>>;
  readonly rules: readonly Rule[];
}

export function defineRules(content: Omit<RuleSet, "version">): RuleSet {
  const hash = createHash("sha256").update(JSON.stringify(content));
  return { version: hash.digest("hex").slice(0, 12), ...content };
}
