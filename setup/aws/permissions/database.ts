import { resourceName } from "../../../spec/names";
import { type Environment, arn } from "./environment";
import { type PermissionTable, allow, allowEverywhere, allowUnbound, of } from "./grant";
import { isOfOwnCluster, masterSecrets, serviceLinkedRole } from "./task-roles";

const TAGS = of("rds", "AddTagsToResource", "RemoveTagsFromResource");
const LIST_TAGS = of("rds", "ListTagsForResource");

/**
 * Aurora: the cluster, its instance, its subnets and its parameters.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonrds.html
 */
export function database(environment: Environment): PermissionTable {
  const named = (kind: string, ...parts: string[]) =>
    arn(environment, "rds", `${kind}:${resourceName(environment, ...parts)}`);
  const cluster = named("cluster");
  const instances = named("db", "*");
  const subnets = named("subgrp");
  const parameters = named("cluster-pg");
  const defaults = ["og:default*", "pg:default*"].map((name) => arn(environment, "rds", name));
  return {
    aws_rds_cluster: {
      read: [
        allow([cluster], [...of("rds", "DescribeDBClusters"), ...LIST_TAGS]),
        // Terraform checks whether the cluster is part of a global one.
        allowUnbound(
          "The platform has no global cluster, so there is no name to restrict it to.",
          [arn(environment, "rds", "global-cluster:*")],
          of("rds", "DescribeGlobalClusters"),
        ),
      ],
      write: [
        allow([cluster, subnets, parameters, ...defaults], of("rds", "CreateDBCluster")),
        allow([cluster, parameters, ...defaults], of("rds", "ModifyDBCluster")),
        // The last one of a protected cluster.
        allow(
          [cluster, named("cluster-snapshot", "*")],
          of("rds", "DeleteDBCluster", "CreateDBClusterSnapshot", "AddTagsToResource"),
        ),
        // Also of one that `npx platform restore` makes.
        allow([cluster, named("cluster", "*")], TAGS),
        ...masterPassword(environment),
        serviceLinkedRole(environment, "rds.amazonaws.com"),
      ],
    },
    aws_rds_cluster_instance: {
      read: [allow([instances], [...of("rds", "DescribeDBInstances"), ...LIST_TAGS])],
      write: [
        allow([instances, cluster, subnets, ...defaults], of("rds", "CreateDBInstance")),
        allow([instances, subnets, ...defaults], of("rds", "ModifyDBInstance")),
        allow([instances], [...of("rds", "DeleteDBInstance"), ...TAGS]),
      ],
    },
    aws_db_subnet_group: {
      read: [allow([subnets], [...of("rds", "DescribeDBSubnetGroups"), ...LIST_TAGS])],
      write: [
        allow([subnets], of("rds", "CreateDBSubnetGroup", "ModifyDBSubnetGroup")),
        allow([subnets], [...of("rds", "DeleteDBSubnetGroup"), ...TAGS]),
      ],
    },
    aws_rds_cluster_parameter_group: {
      read: [
        allow([parameters], of("rds", "DescribeDBClusterParameterGroups")),
        allow([parameters], [...of("rds", "DescribeDBClusterParameters"), ...LIST_TAGS]),
      ],
      write: [
        allow([parameters], of("rds", "CreateDBClusterParameterGroup")),
        allow([parameters], of("rds", "ModifyDBClusterParameterGroup")),
        allow([parameters], of("rds", "ResetDBClusterParameterGroup")),
        allow([parameters], [...of("rds", "DeleteDBClusterParameterGroup"), ...TAGS]),
      ],
    },
    "data.aws_rds_engine_version": {
      read: [
        allowEverywhere(
          "Engine versions are not resources.",
          of("rds", "DescribeDBEngineVersions"),
        ),
      ],
      write: [],
    },
  };
}

/**
 * RDS creates the master user's secret with the permissions of the cluster's creator. A new secret has no
 * tags yet, and one that has another cluster's is refused.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-secrets-manager.html#rds-secrets-manager-permissions
 */
function masterPassword(environment: Environment) {
  return [
    allow([masterSecrets(environment)], of("secretsmanager", "CreateSecret", "TagResource"), {
      StringLikeIfExists: isOfOwnCluster(environment),
    }),
    allowUnbound(
      "The AWS managed keys of Secrets Manager and RDS belong to the account, and their IDs differ.",
      [arn(environment, "kms", "key/*")],
      of("kms", "DescribeKey"),
      {
        StringEquals: {
          "kms:ViaService": ["secretsmanager", "rds"].map(
            (service) => `${service}.${environment.region}.amazonaws.com`,
          ),
        },
      },
    ),
  ];
}
