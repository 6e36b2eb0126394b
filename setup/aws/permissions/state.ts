import { type Environment, bucketArn } from "./environment";
import { type Arn, type PermissionTable, allow, allowUnbound, of } from "./grant";

/**
 * Terraform's states in S3, each with a lock file beside it. A state contains secrets, so a role reads
 * only its own environment's states, and the `platform` state of the one that its images come from.
 *
 * @see https://developer.hashicorp.com/terraform/language/backend/s3#s3-bucket-permissions
 */
export function state(environment: Environment): PermissionTable {
  const { region, name, suffix, promotesFrom } = environment;
  const bucket = bucketArn(environment);
  const states: Arn = `${bucket}/${region}/${name}/${suffix}/*.tfstate`;
  const locks: Arn = `${states}.tflock`;
  const platform = (source: string): Arn =>
    `${bucket}/${region}/${name}/${source}/platform.tfstate`;
  const promoted = promotesFrom ? [platform(promotesFrom.suffix)] : [];
  return {
    "data.terraform_remote_state": {
      read: [
        allowUnbound(
          "S3 checks for the bucket itself without a prefix; a list has the states' names only.",
          [bucket],
          of("s3", "ListBucket"),
        ),
        allow([states, ...promoted], of("s3", "GetObject")),
      ],
      write: [
        allow([states], of("s3", "PutObject", "DeleteObject")),
        allow([locks], of("s3", "GetObject", "PutObject", "DeleteObject")),
      ],
    },
  };
}
