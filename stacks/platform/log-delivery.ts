import type { LogSettings } from "../../spec/environment/log-settings";

/** Where logs come from and go to. */
interface Places {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  readonly bucketArn: string;
}

/** The statements of a bucket's policy that let AWS write the logs which an environment has. */
export function deliveryStatements(
  { access, flow }: LogSettings,
  places: Places,
): readonly object[] {
  return [...(access ? [accessLogs(places)] : []), ...(flow ? flowLogs(places) : [])];
}

/** @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html */
function accessLogs({ bucketArn, account }: Places) {
  return {
    Sid: "LoadBalancerWrites",
    Effect: "Allow",
    Principal: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
    Action: "s3:PutObject",
    Resource: `${bucketArn}/AWSLogs/${account}/*`,
  };
}

/**
 * With AWS's own identifiers: a flow log adds these statements to the policy if it does not find them.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-s3-permissions.html
 */
function flowLogs({ bucketArn, account, region, partition }: Places) {
  const principal = {
    Effect: "Allow",
    Principal: { Service: "delivery.logs.amazonaws.com" },
  };
  const ArnLike = { "aws:SourceArn": `arn:${partition}:logs:${region}:${account}:*` };
  return [
    {
      Sid: "AWSLogDeliveryWrite",
      ...principal,
      Action: "s3:PutObject",
      Resource: `${bucketArn}/AWSLogs/${account}/*`,
      Condition: {
        StringEquals: {
          "aws:SourceAccount": account,
          "s3:x-amz-acl": "bucket-owner-full-control",
        },
        ArnLike,
      },
    },
    {
      Sid: "AWSLogDeliveryAclCheck",
      ...principal,
      Action: ["s3:GetBucketAcl", "s3:ListBucket"],
      Resource: bucketArn,
      Condition: { StringEquals: { "aws:SourceAccount": account }, ArnLike },
    },
  ];
}
