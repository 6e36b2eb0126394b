import { type Link, type References, describeChain, longestChain, secondsOf } from "./chain";
import { unionSeconds } from "./intervals";
import { median, medianRun, spread } from "./median";
import type { StackApply } from "./terraform-recorder";

/** What a command took, beside what Terraform and its providers took of it. */
export interface TimedRun {
  readonly seconds: number;
  readonly applies: readonly StackApply[];
}

/** The columns of `waitRow`. */
export const WAIT_HEAD = [
  "`up`",
  "seconds",
  "range",
  "longest chain",
  "all operations",
  "of them images",
  "planning",
  "seconds ÷ chain",
  "the chain",
];

/** How the columns are to be read. */
export const WAIT_RULES =
  "The longest chain is that of resources that waited for each other, by the references in the stacks and the " +
  "times in Terraform's events: the AWS provider asks a load balancer again after a minute, and a database " +
  "cluster after half of one, so no tool that uses it is faster. All operations is the time in which at least " +
  "one resource was being created, changed or deleted, and of them images that in the stack of builds, probes and " +
  "pushes. The rest of the seconds is the platform's own: synthesis, checks, Terraform's plans, and waiting for " +
  "rollouts.";

/** A row about the runs of one case; all but the seconds are those of the run in the middle. */
export function waitRow(
  what: string,
  runs: readonly TimedRun[],
  referencesOf: (stack: string) => References,
): string[] {
  const seconds = runs.map((run) => run.seconds);
  const { applies, seconds: middle } = medianRun(runs, (run) => run.seconds);
  const chain = chainOf(applies, referencesOf);
  const operations = applies.flatMap((apply) => apply.operations);
  const images = applies.filter(({ stack }) => stack === "images");
  const planning = applies.reduce((sum, { planSeconds }) => sum + planSeconds, 0);
  const waited = secondsOf(chain);
  return [
    what,
    median(seconds).toFixed(1),
    spread(seconds, 1),
    waited.toFixed(1),
    unionSeconds(operations).toFixed(1),
    unionSeconds(images.flatMap((apply) => apply.operations)).toFixed(1),
    planning.toFixed(1),
    // Beside no wait there is nothing to compare with.
    waited >= 1 ? (middle / waited).toFixed(2) : "",
    describeChain(chain),
  ];
}

/** One stack is applied after the other, so their chains follow each other. */
function chainOf(
  applies: readonly StackApply[],
  referencesOf: (stack: string) => References,
): Link[] {
  return [...applies]
    .sort((a, b) => startOf(a) - startOf(b))
    .flatMap(({ stack, operations }) => longestChain(operations, referencesOf(stack)));
}

function startOf({ operations }: StackApply): number {
  return Math.min(...operations.map(({ began }) => began));
}
