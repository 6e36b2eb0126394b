import { type Rule, breach } from "../rule";
import { blocks, refersTo, resourcesOf } from "../stack";

/** Without one of these, an access list or a policy could open a bucket to everyone. */
const BLOCKS = [
  "block_public_acls",
  "block_public_policy",
  "ignore_public_acls",
  "restrict_public_buckets",
] as const;

export const closedBuckets: Rule = {
  promise: "No bucket is public, and its account owns every object in it",
  fix: "close it as stacks/platform/closed-bucket.ts does",
  breaches: ({ stacks }) =>
    resourcesOf(stacks, "aws_s3_bucket").flatMap((bucket) => {
      const of = (type: string) =>
        resourcesOf(stacks, type).filter(({ block }) => refersTo(block["bucket"], bucket));
      const open = BLOCKS.filter((setting) =>
        of("aws_s3_bucket_public_access_block").every(({ block }) => block[setting] !== true),
      );
      const owns = of("aws_s3_bucket_ownership_controls").some(({ block }) =>
        blocks(block["rule"]).some((rule) => rule["object_ownership"] === "BucketOwnerEnforced"),
      );
      return [
        ...open.map((setting) => breach(bucket, `it has no ${setting}`)),
        ...(owns ? [] : [breach(bucket, "its objects may belong to who wrote them")]),
      ];
    }),
};
