/** Every price that an estimate may need, with the unit that it is for. Amounts are US dollars. */
export const PRICE_UNITS = {
  fargateX86VcpuHour: "vCPU-hour",
  fargateX86GbHour: "GB-hour",
  fargateArmVcpuHour: "vCPU-hour",
  fargateArmGbHour: "GB-hour",
  natGatewayHour: "hour",
  natGatewayGb: "GB",
  publicIpv4Hour: "hour",
  loadBalancerHour: "hour",
  loadBalancerLcuHour: "LCU-hour",
  auroraAcuHour: "ACU-hour",
  auroraStorageGbMonth: "GB a month",
  auroraIoMillion: "million requests to the storage",
  auroraBackupGbMonth: "GB a month",
  secretMonth: "secret a month",
  kmsKeyMonth: "key a month",
  metricMonth: "metric a month",
  alarmMonth: "metric of an alarm a month",
  dashboardMonth: "dashboard a month",
  logsGb: "GB",
  flowLogsGb: "GB",
  hostedZoneMonth: "hosted zone a month",
  dnsQueriesMillion: "million queries",
  webAclMonth: "web ACL a month",
  webAclRuleMonth: "rule a month",
  webAclRequestsMillion: "million requests",
  queueRequestsMillion: "million requests",
  bucketGbMonth: "GB a month",
  repositoryGbMonth: "GB a month",
  userMonth: "user a month",
  internetGb: "GB",
} as const;

export type PriceName = keyof typeof PRICE_UNITS;

export const PRICE_NAMES = Object.keys(PRICE_UNITS) as readonly PriceName[];
