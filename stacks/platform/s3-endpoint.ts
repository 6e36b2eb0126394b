import type { Config } from "../../spec/config";
import { partitionOf } from "../../spec/regions";
import { BUCKET_ACTIONS, OBJECT_ACTIONS } from "../../spec/service/buckets";
import type { Permission } from "../../spec/service/permissions";

/**
 * The policy of the network's way to S3. It leads to the bucket in which ECR keeps the layers of a region,
 * to the buckets of the catalogue and to what its `permissions` name, and nowhere else: AWS's default policy
 * would let a task copy data to any bucket of any account. Who may do what in a bucket is the task roles' to
 * say.
 *
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
 */
export function s3EndpointPolicy(
  { region }: Config,
  bucketArns: readonly string[],
  permissions: readonly Permission[],
) {
  const layers = `arn:${partitionOf(region)}:s3:::prod-${region}-starport-layer-bucket/*`;
  const objects = bucketArns.map((arn) => `${arn}/*`);
  return {
    Version: "2012-10-17",
    Statement: [
      allow("PullLayers", "s3:GetObject", layers),
      ...(bucketArns.length === 0
        ? []
        : [
            allow("ListBuckets", BUCKET_ACTIONS, bucketArns),
            allow("StoreObjects", OBJECT_ACTIONS, objects),
          ]),
      ...permissions.flatMap(({ actions, resources }, index) => {
        const ofS3 = actions.filter((action) => action.startsWith("s3:"));
        return ofS3.length === 0 ? [] : [allow(`Permission${index}`, ofS3, resources)];
      }),
    ],
  };
}

function allow(
  Sid: string,
  Action: string | readonly string[],
  Resource: string | readonly string[],
) {
  return { Sid, Effect: "Allow", Principal: "*", Action, Resource };
}
