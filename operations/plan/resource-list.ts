import { readableAddress } from "../terraform/stack-progress";
import type { Action, ResourceChange } from "./stack-plan";

/** The number of resources a list names; the rest are counted. */
const NAMED = 3;

const VERBS: Readonly<Record<Action, string>> = {
  create: "to add",
  update: "to change",
  replace: "to replace",
  delete: "to destroy",
  unknown: "not known yet",
};

/** One phrase per action: `1 to change: aws_lb load-balancer_alb (idle_timeout)`. */
export function describeResources(changes: readonly ResourceChange[]): string[] {
  return Object.entries(VERBS).flatMap(([action, verb]) => {
    const same = changes.filter((change) => change.action === action);
    if (same.length === 0) return [];
    const named = same.slice(0, NAMED).map(describe);
    const more = same.length > NAMED ? ` and ${same.length - NAMED} more` : "";
    return [`${same.length} ${verb}: ${named.join(", ")}${more}`];
  });
}

/** An alarm's construct: of a service, one of its queues, or the environment. */
const ALARM = /^alarms_(?:services_[a-z0-9-]+?_)?(?:([a-z0-9-]+)_)?([a-z-]+)$/;

/** `alarm errors`, or `alarm dead-letters of exports`: whose else it is, the plan's line says. */
function alarmNamed(name: string, type: string): string | undefined {
  const [, queue, kind] = (type === "aws_cloudwatch_metric_alarm" && ALARM.exec(name)) || [];
  if (kind === undefined) return undefined;
  return `alarm ${kind}${queue === undefined ? "" : ` of ${queue}`}`;
}

/** `aws_lb` */
export function typeOf({ address }: ResourceChange): string {
  return readableAddress(address).type;
}

function describe({ address, attributes }: ResourceChange): string {
  const { type, name } = readableAddress(address);
  return `${alarmNamed(name, type) ?? `${type} ${name}`}${attributes.length > 0 ? ` (${attributes.join(", ")})` : ""}`;
}
