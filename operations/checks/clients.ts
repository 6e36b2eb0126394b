import { EC2Client } from "@aws-sdk/client-ec2";
import { IAMClient } from "@aws-sdk/client-iam";
import { RDSClient } from "@aws-sdk/client-rds";
import { Route53Client } from "@aws-sdk/client-route-53";
import { S3Client } from "@aws-sdk/client-s3";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { ServiceQuotasClient } from "@aws-sdk/client-service-quotas";
import { SSMClient } from "@aws-sdk/client-ssm";
import { STSClient } from "@aws-sdk/client-sts";
import { type ClientSettings, LIMITS } from "../target/clients";
import type { S3State } from "../../spec/variables/backend";
import { isGovCloud } from "../../spec/regions";

/** Clients for the AWS services that report account limits and regional availability. */
export interface Clients {
  readonly sts: STSClient;
  /** In a region that is enabled for every account of the partition. */
  readonly homeSts: STSClient;
  readonly iam: IAMClient;
  readonly ec2: EC2Client;
  readonly rds: RDSClient;
  readonly route53: Route53Client;
  readonly quotas: ServiceQuotasClient;
  readonly ssm: SSMClient;
}

export function createClients(settings: ClientSettings, region: string): Clients {
  const regional = { ...settings, region, requestHandler: LIMITS };
  return {
    sts: new STSClient(regional),
    homeSts: new STSClient({ ...regional, region: homeRegion(region) }),
    iam: new IAMClient(regional),
    ec2: new EC2Client(regional),
    rds: new RDSClient(regional),
    route53: new Route53Client(regional),
    quotas: new ServiceQuotasClient(regional),
    ssm: new SSMClient(regional),
  };
}

/** S3 in the state bucket's region, which may differ from the environment's. */
export function createStateClient(
  settings: ClientSettings,
  { region, pathStyle }: S3State,
): S3Client {
  return new S3Client({ ...settings, region, forcePathStyle: pathStyle, requestHandler: LIMITS });
}

/** Secrets Manager in the region of a secret, which may differ from the environment's. */
export function createSecretsClient(
  settings: ClientSettings,
  region: string,
): SecretsManagerClient {
  return new SecretsManagerClient({ ...settings, region, requestHandler: LIMITS });
}

/** Parameter Store in the region of a parameter, which may differ from the environment's. */
export function createParametersClient(settings: ClientSettings, region: string): SSMClient {
  return new SSMClient({ ...settings, region, requestHandler: LIMITS });
}

/** The region of a partition that accounts need not enable. */
export function homeRegion(region: string): string {
  return isGovCloud(region) ? "us-gov-west-1" : "us-east-1";
}
