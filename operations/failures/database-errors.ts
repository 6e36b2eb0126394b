import { AGAIN } from "./failed-request";
import { type KnownError, types } from "./known-error";

/** Errors of Aurora. */
export const DATABASE_ERRORS: readonly KnownError[] = [
  {
    from: types("aws_rds_cluster", "aws_rds_cluster_instance"),
    pattern: /service.linked role/i,
    advice: () => [
      "The account lacks the service-linked role of RDS, or has had it for less than a minute.",
      `→ aws iam create-service-linked-role --aws-service-name rds.amazonaws.com. ${AGAIN}`,
    ],
  },
  {
    from: types("aws_db_subnet_group", "aws_rds_cluster"),
    pattern: /DBSubnetGroupDoesNotCoverEnoughAZs/,
    advice: () => [
      "The subnets cover fewer availability zones than Aurora needs in this region.",
      `→ Raise \`availabilityZones\` in environments.ts. ${AGAIN}`,
    ],
  },
  {
    from: types(
      "aws_rds_cluster",
      "aws_rds_cluster_instance",
      "aws_rds_cluster_parameter_group",
      "aws_rds_engine_version",
    ),
    pattern:
      /InvalidParameterCombination|Cannot find version|no RDS engine version|no matching RDS Engine Version|engine version .{1,60} (not|isn't) (available|supported)/i,
    advice: () => [
      "Aurora does not offer this version or this setting in the region.",
      "→ npx platform doctor checks the version; the setting is in stacks/platform/database.ts.",
    ],
  },
  {
    from: types("aws_rds_cluster", "aws_rds_cluster_instance"),
    pattern: /InvalidDB(Cluster|Instance)State/,
    advice: () => [
      "Aurora is still busy with an earlier change.",
      `→ aws rds describe-db-clusters shows its Status; wait until it is available. ${AGAIN}`,
    ],
  },
];
