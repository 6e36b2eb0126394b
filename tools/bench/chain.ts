import { record } from "../../operations/terraform/terraform-events";
import { readableAddress } from "../../operations/terraform/stack-progress";
import type { Operation } from "./apply-log";

/** One resource of a chain, and how long Terraform worked on it. */
export interface Link {
  readonly address: string;
  readonly seconds: number;
}

/** The addresses that each resource and data source of a synthesized stack mentions. */
export type References = ReadonlyMap<string, readonly string[]>;

/** @param stack the stack's `cdk.tf.json`, parsed */
export function referencesIn(stack: unknown): References {
  const { resource, data } = record(stack);
  const bodies = new Map([...bodiesOf(resource, ""), ...bodiesOf(data, "data.")]);
  return new Map(
    [...bodies].map(([address, body]) => [
      address,
      [...new Set(JSON.stringify(body).match(/\b(data\.)?[a-z0-9_]+\.[A-Za-z0-9_-]+/g))].filter(
        (mentioned) => mentioned !== address && bodies.has(mentioned),
      ),
    ]),
  );
}

/**
 * The resources that waited for each other the longest, first to last. No order of work on the same
 * resources with the same provider is faster. Both operations of a replaced resource count.
 */
export function longestChain(operations: readonly Operation[], references: References): Link[] {
  const seconds = new Map<string, number>();
  for (const { address, began, ended } of operations) {
    seconds.set(address, (seconds.get(address) ?? 0) + (ended - began) / 1000);
  }
  const known = new Map<string, Link[]>();
  const chainTo = (address: string): Link[] => {
    const found = known.get(address);
    if (found) return found;
    // Terraform refuses circles; a mention in a text is none.
    known.set(address, []);
    const before = longest((references.get(address) ?? []).map(chainTo));
    const own = seconds.get(address);
    const chain = own === undefined ? before : [...before, { address, seconds: own }];
    known.set(address, chain);
    return chain;
  };
  return longest([...seconds.keys()].map(chainTo));
}

/** The sum of a chain. */
export function secondsOf(chain: readonly Link[]): number {
  return chain.reduce((sum, { seconds }) => sum + seconds, 0);
}

/** `aws_rds_cluster 30 s → aws_rds_cluster_instance 31 s`: all that took at least a second. */
export function describeChain(chain: readonly Link[]): string {
  return chain
    .filter(({ seconds }) => seconds >= 1)
    .map(({ address, seconds }) => `${readableAddress(address).type} ${seconds.toFixed(0)} s`)
    .join(" → ");
}

function longest(chains: readonly Link[][]): Link[] {
  return chains.reduce((one, other) => (secondsOf(other) > secondsOf(one) ? other : one), []);
}

function bodiesOf(types: unknown, prefix: string): [string, unknown][] {
  return Object.entries(record(types)).flatMap(([type, named]) =>
    Object.entries(record(named)).map(([name, body]): [string, unknown] => [
      `${prefix}${type}.${name}`,
      body,
    ]),
  );
}
