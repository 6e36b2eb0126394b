import type { Decision, ScoreRequest, ScoreResult } from "../schemas/score.js";
import { factsOf, type Facts } from "./facts.js";
import { MEASURES, type MeasureParameters } from "./measures.js";
import type { Rule, RuleSet } from "./rule.js";

type Reason = ScoreResult["reasons"][number];

/** Judges a transaction by the rules alone: no clock, no chance, no memory of other requests. */
export function score(request: ScoreRequest, rules: RuleSet): ScoreResult {
  const facts = factsOf(request, rules);
  const reasons: Reason[] = [];
  let points = 0;
  for (const rule of rules.rules) {
    const detail = apply(rule, facts);
    if (detail === undefined) continue;
    reasons.push({ rule: rule.id, points: rule.points, detail });
    points += rule.points;
  }
  const clamped = Math.min(Math.max(points, 0), 100);
  return {
    score: clamped,
    decision: decide(clamped, rules),
    reasons,
    rulesVersion: rules.version,
  };
}

/** What the rule says of the transaction, or undefined if it does not apply. */
function apply<Name extends keyof MeasureParameters>(
  { measure, parameters, threshold }: Rule<Name>,
  facts: Facts,
): string | undefined {
  const value = MEASURES[measure].value(facts, parameters);
  return value >= threshold ? MEASURES[measure].detail(value, facts, parameters) : undefined;
}

function decide(score: number, { decisions }: RuleSet): Decision {
  if (score >= decisions.decline) return "decline";
  return score >= decisions.review ? "review" : "approve";
}
