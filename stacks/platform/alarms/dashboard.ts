import { CloudwatchDashboard } from "@cdktf/provider-aws/lib/cloudwatch-dashboard";
import type { Lb } from "@cdktf/provider-aws/lib/lb";
import type { Construct } from "constructs";
import type { Config } from "../../../spec/config";
import { resourceName } from "../../../spec/names";
import { DEFAULT_SCALING, runningServices } from "../../../spec/service/kinds";
import { deadLettersName, queueName, queuesOf } from "../../../spec/service/queues";
import { busiestRange } from "../../../spec/service/scaling";
import type { HttpService, Services, Worker } from "../../../spec/service/spec";
import type { LoadBalancerRoute } from "../routes";
import { databaseMetrics, messageMetrics, runMetrics, targetMetrics, taskMetrics } from "./metrics";
import { type Row, type Widget, graph, placed } from "./widgets";

export interface DashboardProps {
  readonly config: Config;
  readonly services: Services;
  readonly alb: Lb;
  readonly routes: ReadonlyMap<string, LoadBalancerRoute>;
  /** The ARNs of the jobs' state machines, by job. */
  readonly runs: ReadonlyMap<string, string>;
  readonly hasDatabase: boolean;
  /** The ARNs of all alarms. */
  readonly alarms: readonly string[];
}

/** The most that one widget shows the states of. */
const ALARMS_OF_WIDGET = 100;

/**
 * An environment at a glance: the states of its alarms, then a row for each service, and the queues, jobs
 * and the database.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
 */
export function createDashboard(scope: Construct, id: string, props: DashboardProps): void {
  new CloudwatchDashboard(scope, id, {
    dashboardName: resourceName(props.config),
    dashboardBody: JSON.stringify({
      widgets: placed([
        ...alarmRows(props.alarms),
        ...serviceRows(props),
        ...queueRows(props),
        ...jobRows(props),
        ...databaseRows(props),
      ]),
    }),
  });
}

function alarmRows(alarms: readonly string[]): Row[] {
  const rows: Row[] = [];
  for (let first = 0; first < alarms.length; first += ALARMS_OF_WIDGET) {
    const shown = alarms.slice(first, first + ALARMS_OF_WIDGET);
    rows.push({
      height: 2 + Math.ceil(shown.length / 4),
      widgets: [{ type: "alarm", properties: { title: "Alarms", alarms: shown } }],
    });
  }
  return rows;
}

function serviceRows({ config, services, alb, routes }: DashboardProps): Row[] {
  return runningServices(services).flatMap(([service, spec]): Row[] => {
    const route = routes.get(service);
    return [
      titled(spec.owner === undefined ? service : `${service} (${spec.owner})`),
      {
        height: 6,
        widgets: [...(route ? answers(config, alb, route) : []), ...load(config, service, spec)],
      },
    ];
  });
}

function answers({ region }: Config, alb: Lb, route: LoadBalancerRoute): Widget[] {
  const { requests, errors, seconds } = targetMetrics(alb, route);
  return [
    graph("Requests a minute", region, { requests, "5xx": errors }, { right: ["5xx"] }),
    graph("Answer time, s", region, { p95: seconds }),
  ];
}

function load(config: Config, service: string, { scaling }: HttpService | Worker): Widget[] {
  const { cpu, memory, desired, running } = taskMetrics(config, service);
  const { min } = scaling ?? DEFAULT_SCALING;
  const { max } = busiestRange(scaling ?? DEFAULT_SCALING);
  return [
    graph("CPU and memory, %", config.region, { cpu, memory }),
    graph(
      "Tasks",
      config.region,
      { desired, running },
      {
        lines: [
          { label: "min", value: min },
          { label: "max", value: max },
        ],
      },
    ),
  ];
}

function queueRows({ config, services }: DashboardProps): Row[] {
  return [...queuesOf(services).keys()].flatMap((queue): Row[] => {
    const { waiting, oldest } = messageMetrics(queueName(config, queue));
    const dead = messageMetrics(deadLettersName(config, queue)).waiting;
    return [
      titled(`Queue ${queue}`),
      {
        height: 6,
        widgets: [
          graph("Messages", config.region, { waiting, "dead letters": dead }),
          graph("Age of the oldest message, s", config.region, { oldest }),
        ],
      },
    ];
  });
}

function jobRows({ config, runs }: DashboardProps): Row[] {
  return [...runs].flatMap(([job, arn]): Row[] => {
    const { succeeded, failed, timedOut } = runMetrics(arn);
    return [
      titled(`Job ${job}`),
      {
        height: 6,
        widgets: [graph("Runs", config.region, { succeeded, failed, "timed out": timedOut })],
      },
    ];
  });
}

function databaseRows({ config, hasDatabase }: DashboardProps): Row[] {
  if (!hasDatabase) return [];
  const { used, capacity, connections } = databaseMetrics(config);
  const { maxCapacity } = config.database;
  return [
    titled("Database"),
    {
      height: 6,
      widgets: [
        graph("Capacity used, %", config.region, { used }),
        graph(
          "Capacity, ACU",
          config.region,
          { capacity },
          { lines: [{ label: "max", value: maxCapacity }] },
        ),
        graph("Connections", config.region, { connections }),
      ],
    },
  ];
}

function titled(title: string): Row {
  return { height: 1, widgets: [{ type: "text", properties: { markdown: `## ${title}` } }] };
}
