import type { EcsCluster } from "@cdktf/provider-aws/lib/ecs-cluster";
import type { EcsService } from "@cdktf/provider-aws/lib/ecs-service";
import type { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import type { Lb } from "@cdktf/provider-aws/lib/lb";
import { Construct } from "constructs";
import type { Config } from "../../../spec/config";
import type { AlarmRecipients } from "../../../spec/environment/alarms";
import type { ServiceSpec, Services } from "../../../spec/service/spec";
import type { LoadBalancerRoute } from "../routes";
import type { AlarmPlace } from "./alarm";
import { createDashboard } from "./dashboard";
import { FailedDeployments } from "./failed-deployments";
import { createHttpAlarms } from "./http-alarms";
import { createJobAlarm } from "./job-alarms";
import { createQueueAlarms } from "./queue-alarms";
import { createBalancerAlarm, createDatabaseAlarm } from "./shared-alarms";
import { createTaskAlarms } from "./task-alarms";
import { AlarmTopic } from "./topic";

export interface AlarmsProps {
  readonly config: Config;
  readonly services: Services;
  readonly recipients: Required<AlarmRecipients>;
  readonly cluster: EcsCluster;
  readonly alb: Lb;
  readonly routes: ReadonlyMap<string, LoadBalancerRoute>;
  /** The ECS services by name. */
  readonly running: ReadonlyMap<string, EcsService>;
  /** The ARNs of the jobs' state machines, by job. */
  readonly runs: ReadonlyMap<string, string>;
  readonly hasDatabase: boolean;
}

/**
 * The alarms of an environment, the topic that tells them, and its dashboard: all from the catalogue. Those of
 * a service, a job and its queues come and go with it.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html
 */
export class Alarms extends Construct {
  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    const { config, services, recipients, cluster, alb, hasDatabase } = props;
    const topic = new AlarmTopic(this, "topic", config, recipients);
    new FailedDeployments(this, "failed-deployments", config, cluster, topic);
    const place = { config, topicArn: topic.arn };
    const parent = new Construct(this, "services");
    const alarms = [
      ...Object.entries(services).flatMap(([service, spec]) =>
        alarmsOf(new Construct(parent, service), { ...place, subject: service }, spec, props),
      ),
      createBalancerAlarm(this, place, alb),
      ...(hasDatabase ? createDatabaseAlarm(this, place, config.database) : []),
    ];
    createDashboard(this, "dashboard", { ...props, alarms: alarms.map(({ arn }) => arn) });
  }
}

/** The alarms of a service of any kind. */
function alarmsOf(
  scope: Construct,
  { subject, ...place }: AlarmPlace,
  spec: ServiceSpec,
  { alb, routes, running, runs }: AlarmsProps,
): CloudwatchMetricAlarm[] {
  const ecsService = running.get(subject);
  const route = routes.get(subject);
  const arn = runs.get(subject);
  const own: AlarmPlace = {
    ...place,
    subject,
    owner: spec.owner,
    after: ecsService ? [ecsService] : [],
  };
  return [
    ...(spec.port !== undefined && route ? createHttpAlarms(scope, own, spec, alb, route) : []),
    ...(spec.schedule === undefined ? createTaskAlarms(scope, own, spec) : []),
    ...(spec.schedule !== undefined && arn !== undefined
      ? [createJobAlarm(scope, own, spec, arn)]
      : []),
    ...createQueueAlarms(scope, own, spec),
  ];
}
