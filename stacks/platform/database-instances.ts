import { RdsClusterInstance } from "@cdktf/provider-aws/lib/rds-cluster-instance";
import type { RdsCluster } from "@cdktf/provider-aws/lib/rds-cluster";
import { Fn, Token } from "cdktf";
import type { Construct } from "constructs";
import type { Config } from "../../spec/config";
import { AURORA_MINUTES } from "../../spec/limits";
import { resourceName } from "../../spec/names";
import type { Network } from "./network";

export const ENGINE = "aurora-postgresql";

/** For the cluster, and for each of its instances. */
export const AURORA_LIMIT = `${AURORA_MINUTES}m`;

/** The instance that the cluster starts with; it accepts connections once this exists. */
export function createWriter(
  scope: Construct,
  config: Config,
  cluster: RdsCluster,
): RdsClusterInstance {
  return new RdsClusterInstance(scope, "writer", {
    ...instanceOf(config, cluster, "writer"),
    lifecycle: { ignoreChanges: ["engine_version"], preventDestroy: config.protected },
  });
}

/**
 * An instance in another zone that takes over within a minute when the writer or its zone fails. It scales
 * with the writer, as Aurora's readers of the tiers 0 and 1 do, so it never takes over with too little
 * memory.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.how-it-works.html
 */
export function addReader(
  scope: Construct,
  config: Config,
  { cluster, writer, network }: AuroraParts,
): void {
  const zones = network.privateSubnets.map(({ availabilityZone }) => availabilityZone);
  const others = Fn.setsubtract(zones, [writer.availabilityZone]);
  new RdsClusterInstance(scope, "reader", {
    ...instanceOf(config, cluster, "reader"),
    // cdktf types list elements as `any`; zone names are strings.
    availabilityZone: Token.asString(Fn.element(Fn.sort(others), 0)),
    promotionTier: 1,
    // A writer in another zone than before must not move the reader, which may be the writer by then.
    lifecycle: { ignoreChanges: ["engine_version", "availability_zone"] },
  });
}

/** The parts of an Aurora cluster that a reader joins. */
interface AuroraParts {
  readonly cluster: RdsCluster;
  readonly writer: RdsClusterInstance;
  readonly network: Network;
}

function instanceOf(config: Config, cluster: RdsCluster, name: string) {
  return {
    identifier: resourceName(config, name),
    clusterIdentifier: cluster.id,
    engine: ENGINE,
    instanceClass: "db.serverless",
    applyImmediately: true,
    timeouts: { create: AURORA_LIMIT, update: AURORA_LIMIT, delete: AURORA_LIMIT },
  };
}
