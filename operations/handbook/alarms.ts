import { type AlarmKind, type Runbook, runbookOf } from "../../spec/alarms/runbook";
import type { Config } from "../../spec/config";
import { resourceName } from "../../spec/names";
import { namesIn } from "../../spec/service/named-list";
import { deadLettersName, queueName } from "../../spec/service/queues";
import type { Services } from "../../spec/service/spec";
import { type Resource, ofType } from "../cost/resources";
import { conditionOf } from "./alarm-condition";

/** An alarm of the stacks: what it means, when it begins, and what to do first. */
export interface AlarmEntry extends Runbook {
  /** Its name in CloudWatch, or that of EventBridge's rule. */
  readonly alarm: string;
  /** The service, job or part of the environment that it is about. */
  readonly subject: string;
  readonly owner: string | undefined;
  readonly condition: string;
  /** Whether CloudWatch has it: a failed deployment is an event of EventBridge. */
  readonly isMetric: boolean;
}

/** What is known of an alarm by its name. */
interface Place {
  readonly kind: AlarmKind;
  readonly subject: string;
  /** The service under which it is listed; for a queue, its receiver. */
  readonly listed: string;
  readonly owner: string | undefined;
  readonly resource: string;
}

/** The alarms that a service or a job may have itself. */
const SERVICE_ALARMS = [
  "errors",
  "slow",
  "unhealthy",
  "missing",
  "limit",
  "failed-runs",
] as const satisfies readonly AlarmKind[];

/** The subject of alarms that belong to no service. */
export const SHARED_ALARMS = "the environment";

/** Every alarm that the stacks create, those of a team's own constructs included. */
export function alarmEntries(
  config: Config,
  services: Services,
  resources: readonly Resource[],
): AlarmEntry[] {
  const places = placesOf(config, services);
  return [
    ...ofType(resources, "aws_cloudwatch_metric_alarm").map(({ values }) =>
      alarmEntry(values, config, places),
    ),
    ...failedDeployments(config, resources),
  ];
}

function alarmEntry(
  values: Resource["values"],
  config: Config,
  places: ReadonlyMap<string, Place>,
): AlarmEntry {
  const alarm = String(values["alarm_name"]);
  const condition = conditionOf(values);
  const place = places.get(alarm);
  if (!place) return ownAlarm(alarm, values["alarm_description"], condition);
  const { kind, subject, listed, owner, resource } = place;
  const threshold = Number(values["threshold"]);
  const environment = config.suffix;
  return {
    alarm,
    subject: listed,
    owner,
    condition,
    isMetric: true,
    ...runbookOf(kind, { environment, subject, resource, owner, threshold }),
  };
}

/** An alarm of additions.ts: its author's description is all that is known of it. */
function ownAlarm(alarm: string, description: unknown, condition: string): AlarmEntry {
  return {
    alarm,
    subject: SHARED_ALARMS,
    owner: undefined,
    condition,
    isMetric: true,
    name: "An alarm of additions.ts",
    meaning:
      typeof description === "string" ? description : "additions.ts gives it no description.",
    firstSteps: ["Read the construct that creates it in additions.ts."],
  };
}

function failedDeployments(config: Config, resources: readonly Resource[]): AlarmEntry[] {
  const kind = "failed-deployments";
  const alarm = resourceName(config, kind);
  const has = ofType(resources, "aws_cloudwatch_event_rule").some(
    ({ values }) => values["name"] === alarm,
  );
  if (!has) return [];
  const subject = SHARED_ALARMS;
  const values = { environment: config.suffix, subject, resource: alarm, threshold: 1 };
  const condition = "at each such event; it is over with its message";
  return [
    {
      alarm,
      subject,
      owner: undefined,
      condition,
      isMetric: false,
      ...runbookOf(kind, values),
    },
  ];
}

/** By the names that the stacks give alarms: a name alone could be read in two ways. */
function placesOf(config: Config, services: Services): ReadonlyMap<string, Place> {
  const places = new Map<string, Place>();
  const add = (place: Place) => places.set(resourceName(config, place.subject, place.kind), place);
  for (const [service, { owner, receives }] of Object.entries(services)) {
    for (const kind of SERVICE_ALARMS) {
      const resource = resourceName(config, service);
      add({ kind, subject: service, listed: service, owner, resource });
    }
    for (const queue of namesIn(receives)) {
      const own = { subject: queue, listed: service, owner };
      add({ ...own, kind: "oldest-message", resource: queueName(config, queue) });
      add({ ...own, kind: "dead-letters", resource: deadLettersName(config, queue) });
    }
  }
  const shared = [
    ["load-balancer", "own-errors"],
    ["database", "capacity"],
  ] as const;
  for (const [subject, kind] of shared) {
    const resource = resourceName(config, subject);
    add({ kind, subject, listed: SHARED_ALARMS, owner: undefined, resource });
  }
  return places;
}
