import { type Break, type Json, add, set } from "./broken";

const BLOCKS = {
  block_public_acls: true,
  block_public_policy: true,
  ignore_public_acls: true,
  restrict_public_buckets: true,
};

/** A bucket that is closed, but for what differs. */
export function closedBucket(changed: Partial<typeof BLOCKS>): (json: Json) => void {
  const of = { bucket: "${aws_s3_bucket.added.id}" };
  return (json) => {
    add("aws_s3_bucket", { bucket: "exports" })(json);
    add("aws_s3_bucket_public_access_block", { ...of, ...BLOCKS, ...changed })(json);
    const rule = { object_ownership: "BucketOwnerEnforced" };
    add("aws_s3_bucket_ownership_controls", { ...of, rule })(json);
  };
}

export const BUCKETS: Readonly<Record<string, readonly Break[]>> = {
  "No bucket is public, and its account owns every object in it": [
    ...Object.keys(BLOCKS).flatMap((setting): Break[] => [
      {
        change: closedBucket({ [setting]: false }),
        says: `has no ${setting}`,
        where: "aws_s3_bucket.added",
      },
      {
        change: set("aws_s3_bucket_public_access_block", { [setting]: undefined }, "objects"),
        says: `has no ${setting}`,
        where: "aws_s3_bucket.buckets_objects_bucket",
      },
    ]),
    {
      change: add("aws_s3_bucket", { bucket: "exports" }),
      says: "has no restrict_public_buckets",
      where: "aws_s3_bucket.added",
    },
    {
      change: set(
        "aws_s3_bucket_ownership_controls",
        { rule: { object_ownership: "ObjectWriter" } },
        "versions",
      ),
      says: "may belong to who wrote them",
      where: "aws_s3_bucket.buckets_versions_bucket",
    },
  ],
};
