/**
 * The regions with Fargate, Cloud Map and Aurora Serverless v2, each with the code that starts AWS's
 * zone IDs (`use1-az1`): unique, and at most five characters, because names have little room.
 *
 * The regions in China are left out, see `regionProblem`.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/AWS_Fargate-Regions.html
 * @see https://docs.aws.amazon.com/global-infrastructure/latest/regions/az-ids.html
 */
const CODES: Readonly<Record<string, string>> = {
  "us-east-1": "use1",
  "us-east-2": "use2",
  "us-west-1": "usw1",
  "us-west-2": "usw2",
  "ca-central-1": "cac1",
  "ca-west-1": "caw1",
  "mx-central-1": "mxc1",
  "sa-east-1": "sae1",
  "af-south-1": "afs1",
  "il-central-1": "ilc1",
  "me-central-1": "mec1",
  "me-south-1": "mes1",
  "eu-central-1": "euc1",
  "eu-central-2": "euc2",
  "eu-north-1": "eun1",
  "eu-south-1": "eus1",
  "eu-south-2": "eus2",
  "eu-west-1": "euw1",
  "eu-west-2": "euw2",
  "eu-west-3": "euw3",
  "ap-east-1": "ape1",
  "ap-east-2": "ape2",
  "ap-northeast-1": "apne1",
  "ap-northeast-2": "apne2",
  "ap-northeast-3": "apne3",
  "ap-south-1": "aps1",
  "ap-south-2": "aps2",
  "ap-southeast-1": "apse1",
  "ap-southeast-2": "apse2",
  "ap-southeast-3": "apse3",
  "ap-southeast-4": "apse4",
  "ap-southeast-5": "apse5",
  "ap-southeast-7": "apse7",
  "us-gov-east-1": "usge1",
  "us-gov-west-1": "usgw1",
};

/** Every region that can be deployed to. */
export const REGIONS: readonly string[] = Object.keys(CODES);

/** `use1` for `us-east-1`; a refused region is returned unchanged. */
export function regionCode(region: string): string {
  return CODES[region] ?? region;
}

/** The AWS partitions that can be deployed to; in an ARN the partition follows `arn:`. */
export type Partition = "aws" | "aws-us-gov";

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html */
export function partitionOf(region: string): Partition {
  return isGovCloud(region) ? "aws-us-gov" : "aws";
}

/** Whether a region is in AWS GovCloud (US), which has no public hosted zones. */
export function isGovCloud(region: string): boolean {
  return region.startsWith("us-gov-");
}

/**
 * Why a region is refused; `undefined` for an allowed region.
 *
 * @param source where the value was found, such as `AWS_REGION`
 */
export function regionProblem(region: string, source: string): string | undefined {
  if (REGIONS.includes(region)) return undefined;
  const allowed = `it must be one of ${REGIONS.join(", ")}`;
  if (!region.startsWith("cn-")) return `${source} is "${region}"; ${allowed}`;
  return `${source} is "${region}", a region of AWS in China: a partition with its own accounts, ARNs and DNS names (aws-cn, amazonaws.com.cn), which is not supported; ${allowed}`;
}
