import type { Config } from "../../spec/config";
import { isOnInternet } from "../../spec/environment/domain";
import { resourceName } from "../../spec/names";
import { partitionOf } from "../../spec/regions";

/** Pages of AWS's console, each for what is named like this. */
export interface ConsoleLinks {
  readonly dashboard: (name: string) => string;
  readonly alarm: (name: string) => string;
  readonly alarms: string;
  readonly cluster: string;
  readonly service: (name: string) => string;
  readonly logGroup: (name: string) => string;
  readonly logsInsights: string;
  readonly loadBalancers: string;
  readonly queues: string;
  readonly database: (cluster: string) => string;
  readonly stateMachines: string;
}

const HOSTS = {
  aws: "console.aws.amazon.com",
  "aws-us-gov": "console.amazonaws-us-gov.com",
} as const;

/** The console's pages of an environment; `undefined` on the local AWS, which has no console. */
export function consoleLinks(config: Config): ConsoleLinks | undefined {
  if (!isOnInternet(config)) return undefined;
  const { region } = config;
  const start = `https://${region}.${HOSTS[partitionOf(region)]}`;
  const page = (service: string, fragment: string) =>
    `${start}/${service}/home?region=${region}#${fragment}`;
  const cluster = `${start}/ecs/v2/clusters/${resourceName(config)}/services`;
  return {
    dashboard: (name) => page("cloudwatch", `dashboards/dashboard/${name}`),
    alarm: (name) => page("cloudwatch", `alarmsV2:alarm/${name}`),
    alarms: page("cloudwatch", "alarmsV2:"),
    cluster: `${cluster}?region=${region}`,
    service: (name) => `${cluster}/${name}/health?region=${region}`,
    logGroup: (name) => page("cloudwatch", `logsV2:log-groups/log-group/${inFragment(name)}`),
    logsInsights: page("cloudwatch", "logsV2:logs-insights"),
    loadBalancers: page("ec2", `LoadBalancers:search=${resourceName(config)}`),
    queues: `${start}/sqs/v3/home?region=${region}#/queues`,
    database: (name) => page("rds", `database:id=${name};is-cluster=true`),
    stateMachines: page("states", "/statemachines"),
  };
}

/** CloudWatch encodes a name twice in its fragments, with `$` for the `%` of the second time. */
function inFragment(name: string): string {
  return encodeURIComponent(encodeURIComponent(name)).replaceAll("%", "$");
}
