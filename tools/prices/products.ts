import type { PriceName } from "../../operations/cost/price-names";

/** How a price list names what has a price. */
export interface Product {
  /** The service, as in the URL of its list. */
  readonly offer: string;
  /** The usage type without its region; some regions have another one. */
  readonly usages: readonly string[];
  /** Where others have the same usage type. */
  readonly operation?: string;
  readonly engine?: string;
  /** How many of the list's units a price of ours is for. @default 1 */
  readonly units?: number;
}

const BALANCER = { offer: "AWSELB", operation: "LoadBalancing:Application" };
const MILLION = 1_000_000;

/**
 * Where AWS's price lists have each price. What is missing here is charged in all regions by the list of none
 * (Route 53, dashboards), and stays as it is in `everyRegion`.
 *
 * @see https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/price-changes.html
 */
export const PRODUCTS: Readonly<Partial<Record<PriceName, Product>>> = {
  fargateX86VcpuHour: { offer: "AmazonECS", usages: ["Fargate-vCPU-Hours:perCPU"] },
  fargateX86GbHour: { offer: "AmazonECS", usages: ["Fargate-GB-Hours"] },
  fargateArmVcpuHour: { offer: "AmazonECS", usages: ["Fargate-ARM-vCPU-Hours:perCPU"] },
  fargateArmGbHour: { offer: "AmazonECS", usages: ["Fargate-ARM-GB-Hours"] },
  natGatewayHour: { offer: "AmazonEC2", usages: ["NatGateway-Hours"] },
  natGatewayGb: { offer: "AmazonEC2", usages: ["NatGateway-Bytes"] },
  publicIpv4Hour: { offer: "AmazonVPC", usages: ["PublicIPv4:InUseAddress"] },
  loadBalancerHour: { ...BALANCER, usages: ["LoadBalancerUsage"] },
  loadBalancerLcuHour: { ...BALANCER, usages: ["LCUUsage"] },
  auroraAcuHour: {
    offer: "AmazonRDS",
    usages: ["Aurora:ServerlessV2Usage"],
    engine: "Aurora PostgreSQL",
  },
  auroraStorageGbMonth: { offer: "AmazonRDS", usages: ["Aurora:StorageUsage"] },
  auroraIoMillion: { offer: "AmazonRDS", usages: ["Aurora:StorageIOUsage"], units: MILLION },
  auroraBackupGbMonth: {
    offer: "AmazonRDS",
    usages: ["Aurora:BackupUsage"],
    engine: "Aurora PostgreSQL",
  },
  secretMonth: { offer: "AWSSecretsManager", usages: ["AWSSecretsManager-Secrets"] },
  kmsKeyMonth: { offer: "awskms", usages: ["KMS-Keys"] },
  metricMonth: { offer: "AmazonCloudWatch", usages: ["CW:MetricMonitorUsage"] },
  alarmMonth: { offer: "AmazonCloudWatch", usages: ["CW:AlarmMonitorUsage"] },
  logsGb: { offer: "AmazonCloudWatch", usages: ["DataProcessing-Bytes"] },
  flowLogsGb: { offer: "AmazonCloudWatch", usages: ["S3-Egress-Bytes"] },
  webAclMonth: { offer: "awswaf", usages: ["WebACL"] },
  webAclRuleMonth: { offer: "awswaf", usages: ["Rule"] },
  webAclRequestsMillion: { offer: "awswaf", usages: ["Request"], units: MILLION },
  queueRequestsMillion: {
    offer: "AWSQueueService",
    usages: ["Requests-Tier1", "Requests-RBP"],
    units: MILLION,
  },
  bucketGbMonth: { offer: "AmazonS3", usages: ["TimedStorage-ByteHrs"] },
  repositoryGbMonth: { offer: "AmazonECR", usages: ["TimedStorage-ByteHrs"] },
  userMonth: { offer: "AmazonCognito", usages: ["CognitoEssentialsMAU"] },
  internetGb: { offer: "AWSDataTransfer", usages: ["DataTransfer-Out-Bytes"] },
};
