import { resourceName } from "../../../spec/names";
import { type Environment, arn } from "./environment";
import { type PermissionTable, allow, allowEverywhere, of } from "./grant";
import { secretRemoval } from "./service-secrets";

/**
 * Snapshots, and clusters restored from them in place of the environment's own.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonrds.html
 */
export function restoration(environment: Environment): PermissionTable {
  const named = (kind: string, ...parts: string[]) =>
    arn(environment, "rds", `${kind}:${resourceName(environment, ...parts)}`);
  // The environment's own, `platform-restoring-dev` and `platform-replaced-dev`.
  const clusters = [named("cluster"), named("cluster", "*")];
  const instances = named("db", "*");
  const parts = [named("subgrp"), named("cluster-pg")];
  const defaults = ["og:default*", "pg:default*"].map((name) => arn(environment, "rds", name));
  // Those named after the environment, and AWS's automated ones.
  const snapshots = [
    named("cluster-snapshot", "*"),
    arn(environment, "rds", `cluster-snapshot:rds:${resourceName(environment)}-*`),
  ];
  return {
    "npx platform restore": {
      read: [
        allow(clusters, of("rds", "DescribeDBClusters")),
        allow([instances], of("rds", "DescribeDBInstances")),
        allow([...clusters, ...snapshots], of("rds", "DescribeDBClusterSnapshots")),
      ],
      write: [
        allow(
          [...clusters, ...parts, ...defaults, ...snapshots],
          of("rds", "RestoreDBClusterFromSnapshot"),
        ),
        allow([...clusters, ...parts, ...defaults], of("rds", "RestoreDBClusterToPointInTime")),
        allow([...clusters, ...parts, ...defaults], of("rds", "ModifyDBCluster")),
        allow(
          [...clusters, instances, ...parts, ...defaults],
          [...of("rds", "CreateDBInstance", "ModifyDBInstance")],
        ),
        allow([...clusters, instances], of("rds", "DeleteDBCluster", "DeleteDBInstance")),
      ],
    },
    "npx platform destroy": {
      read: [
        allow(clusters, of("rds", "DescribeDBClusters")),
        allowEverywhere(
          "Elastic Load Balancing's Describe actions cannot be restricted to a resource.",
          of("elasticloadbalancing", "DescribeLoadBalancers", "DescribeLoadBalancerAttributes"),
        ),
      ],
      write: secretRemoval(environment),
    },
  };
}
