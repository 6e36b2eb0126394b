import { parseEvent, record } from "../../operations/terraform/terraform-events";
import type { Interval } from "./intervals";

/** What Terraform did to one resource; a replaced one has two. */
export interface Operation extends Interval {
  /** Without the index of `for_each`, as the synthesized stack names it. */
  readonly address: string;
}

/** One `terraform apply`. */
export interface Apply {
  /** From its start until it knew what to change. */
  readonly planSeconds: number;
  readonly operations: readonly Operation[];
}

/**
 * Reads the events that `terraform apply -json` printed, by their own times, which are finer than the
 * seconds in their texts.
 */
export function readApply(log: string): Apply {
  const began = new Map<string, number>();
  const operations: Operation[] = [];
  let first: number | undefined;
  let planned: number | undefined;
  for (const line of log.split("\n").filter(Boolean)) {
    const now = timeOf(line);
    if (now === undefined) continue;
    first ??= now;
    const event = parseEvent(line);
    if (event?.type === "planned") planned ??= now;
    if (event?.type === "apply_start") began.set(event.address, now);
    if (event?.type === "apply_complete" || event?.type === "apply_errored") {
      const address = event.address.replace(/\[.*\]$/, "");
      operations.push({ address, began: began.get(event.address) ?? now, ended: now });
    }
  }
  const planSeconds = first === undefined || planned === undefined ? 0 : (planned - first) / 1000;
  return { planSeconds, operations };
}

/** In milliseconds; `undefined` for what is no event. */
function timeOf(line: string): number | undefined {
  try {
    const time = Date.parse(String(record(JSON.parse(line))["@timestamp"]));
    return Number.isNaN(time) ? undefined : time;
  } catch {
    return undefined;
  }
}
