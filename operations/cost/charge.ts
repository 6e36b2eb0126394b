import type { PriceName } from "./price-names";
import type { Resource } from "./resources";

/** From the least to the most. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** AWS bills by the hour and the second; a month has as many hours as a twelfth of a year. */
export const HOURS = 730;

/** What is not a service's or a job's own. */
export const SHARED = "shared";

/** Something that costs as long as it is there, whether or not it is used. */
export interface Charge {
  /** The service or the job, or `SHARED`. */
  readonly part: string;
  /** In plain words, in the plural: `NAT gateways`. */
  readonly what: string;
  /** How many there are. */
  readonly count: Range;
  /** What one of them uses of each price in a month. */
  readonly uses: Readonly<Partial<Record<PriceName, number>>>;
  /** It costs only a part of these prices. */
  readonly onSpot?: boolean;
}

/** The charge for as many as always are there. */
export function fixed(
  what: string,
  count: number,
  uses: Charge["uses"],
  part: string = SHARED,
): Charge[] {
  return count === 0 ? [] : [{ part, what, count: { from: count, to: count }, uses }];
}

/** What an estimate of one environment is made of. */
export interface Estimated {
  readonly resources: readonly Resource[];
  /** The service or the job that has a resource of this name: `flask-api` of `platform-flask-api-dev`. */
  readonly partOf: (name: unknown) => string;
  /** The day from which jobs are counted for a year. */
  readonly start: Date;
}
