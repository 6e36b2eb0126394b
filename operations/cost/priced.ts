import { type Charge, type Estimated, HOURS, SHARED, fixed } from "./charge";
import { jobTasks } from "./job-tasks";
import { alarm, insights, scalingAlarms } from "./monitoring";
import { type Resource, blocks, ofType, refersTo } from "./resources";
import { serviceTasks } from "./service-tasks";

/** What a resource costs; `undefined` if it is of a kind that this does not know. */
type Pricer = (resource: Resource, estimated: Estimated) => Charge[] | undefined;

/** The types of resources that cost as long as they are there, and how much of what. */
export const PRICED: Readonly<Record<string, Pricer>> = {
  aws_ecs_service: serviceTasks,
  aws_scheduler_schedule: jobTasks,
  aws_nat_gateway: () => fixed("NAT gateways", 1, { natGatewayHour: HOURS }),
  aws_eip: () => publicAddresses(1),
  aws_lb: loadBalancer,
  aws_rds_cluster_instance: auroraInstance,
  aws_rds_cluster: ({ values }) =>
    // RDS keeps the master user's password in a secret of its own.
    secrets(values["manage_master_user_password"] === true ? 1 : 0),
  aws_secretsmanager_secret: () => secrets(1),
  aws_kms_key: () => fixed("KMS keys", 1, { kmsKeyMonth: 1 }),
  aws_ecs_cluster: insights,
  aws_appautoscaling_policy: scalingAlarms,
  aws_cloudwatch_metric_alarm: alarm,
  aws_cloudwatch_dashboard: () => fixed("dashboards of CloudWatch", 1, { dashboardMonth: 1 }),
  // https://docs.aws.amazon.com/cloud-map/latest/dg/cloud-map-pricing.html
  aws_service_discovery_private_dns_namespace: () => hostedZones(),
  aws_route53_zone: () => hostedZones(),
  aws_wafv2_web_acl: ({ values }) => [
    ...fixed("web ACLs of AWS WAF", 1, { webAclMonth: 1 }),
    ...fixed("rules of AWS WAF", blocks(values, "rule").length, { webAclRuleMonth: 1 }),
  ],
  // A gateway endpoint is free; an interface endpoint is not.
  aws_vpc_endpoint: ({ values }) =>
    ["Gateway", undefined].some((type) => values["vpc_endpoint_type"] === type) ? [] : undefined,
};

/**
 * An application load balancer has a public address in each of its zones; under load AWS adds some.
 *
 * @see https://aws.amazon.com/elasticloadbalancing/pricing/
 */
function loadBalancer({ values }: Resource): Charge[] | undefined {
  if (values["load_balancer_type"] !== "application") return undefined;
  const zones = Array.isArray(values["subnets"]) ? values["subnets"].length : 0;
  return [
    ...fixed("application load balancers", 1, { loadBalancerHour: HOURS }),
    ...publicAddresses(values["internal"] === true ? 0 : zones),
  ];
}

/**
 * Each instance of an Aurora Serverless v2 cluster scales in the cluster's range of ACU, and costs by them.
 *
 * @see https://aws.amazon.com/rds/aurora/pricing/
 */
function auroraInstance(
  { values }: Resource,
  { resources, partOf }: Estimated,
): Charge[] | undefined {
  const cluster = ofType(resources, "aws_rds_cluster").find((each) =>
    refersTo(values["cluster_identifier"], each),
  );
  const [range] = cluster ? blocks(cluster.values, "serverlessv2_scaling_configuration") : [];
  const isOptimized = cluster?.values["storage_type"] === "aurora-iopt1";
  if (values["instance_class"] !== "db.serverless" || !range || isOptimized) return undefined;
  return [
    {
      part: SHARED,
      what: `ACU of Aurora's ${partOf(values["identifier"])}`,
      count: { from: Number(range["min_capacity"]), to: Number(range["max_capacity"]) },
      uses: { auroraAcuHour: HOURS },
    },
  ];
}

/** @see https://aws.amazon.com/vpc/pricing/ */
function publicAddresses(count: number): Charge[] {
  return fixed("public IPv4 addresses", count, { publicIpv4Hour: HOURS });
}

function secrets(count: number): Charge[] {
  return fixed("secrets in Secrets Manager", count, { secretMonth: 1 });
}

function hostedZones(): Charge[] {
  return fixed("hosted zones of Route 53", 1, { hostedZoneMonth: 1 });
}
