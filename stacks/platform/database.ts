import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { DataAwsRdsEngineVersion } from "@cdktf/provider-aws/lib/data-aws-rds-engine-version";
import { DbSubnetGroup } from "@cdktf/provider-aws/lib/db-subnet-group";
import { RdsCluster } from "@cdktf/provider-aws/lib/rds-cluster";
import type { RdsClusterInstance } from "@cdktf/provider-aws/lib/rds-cluster-instance";
import { RdsClusterParameterGroup } from "@cdktf/provider-aws/lib/rds-cluster-parameter-group";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { DataResource, Fn } from "cdktf";
import { Construct } from "constructs";
import type { Config } from "../../spec/config";
import type { ProbedImage } from "../images/probed-image";
import { databaseLogGroup } from "../../spec/log-names";
import { resourceName } from "../../spec/names";
import { AURORA_LIMIT, ENGINE, addReader, createWriter } from "./database-instances";
import { logDays } from "./log-days";
import type { Network } from "./network";

/** Only the major version is set, because AWS retires minor versions within months. */
export const MAJOR_VERSION = "17";

/** AWS keeps backups for at most 35 days. */
const LONGEST_BACKUP_DAYS = 35;
const BACKUP_DAYS = 7;

export interface DatabaseProps {
  readonly config: Config;
  readonly network: Network;
  readonly databaseSetup: ProbedImage;
}

/**
 * Aurora PostgreSQL Serverless v2 in the private subnets. RDS generates the master password and keeps
 * it in Secrets Manager; it is in no state, plan or task definition.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.html
 */
export class Database extends Construct {
  readonly port = 5432;
  readonly host: string;
  /** The cluster accepts connections once this instance exists. */
  readonly writer: RdsClusterInstance;
  readonly securityGroup: SecurityGroup;
  /** The image that creates a service's database and role on the cluster. */
  readonly setupImage: ProbedImage;
  /** The scope of the services' databases. */
  readonly services = new Construct(this, "services");
  /** PEM text of the authorities that sign the certificate of this cluster. */
  readonly authorities: string;
  /** Secret with the master user's `username` and `password`. */
  readonly masterSecretArn: string;

  constructor(scope: Construct, id: string, { config, network, databaseSetup }: DatabaseProps) {
    super(scope, id);
    this.authorities = authoritiesOf(config);
    this.setupImage = databaseSetup;
    this.securityGroup = new SecurityGroup(this, "security-group", {
      name: resourceName(config, "database"),
      description: "Aurora, from the services that have a database",
      vpcId: network.vpc.id,
    });
    const cluster = this.createCluster(config, network);
    this.writer = createWriter(this, config, cluster);
    if (config.protected) addReader(this, config, { cluster, writer: this.writer, network });
    this.host = cluster.endpoint;
    this.masterSecretArn = cluster.masterUserSecret.get(0).secretArn;
  }

  private createCluster(config: Config, network: Network): RdsCluster {
    const subnets = new DbSubnetGroup(this, "subnets", {
      name: resourceName(config),
      subnetIds: network.privateSubnets.map(({ id }) => id),
    });
    const parameters = new RdsClusterParameterGroup(this, "parameters", {
      name: resourceName(config),
      family: `${ENGINE}${MAJOR_VERSION}`,
      // The server refuses connections without TLS, whatever the client requests.
      // The value is this version's default, so AWS stores no other apply method.
      parameter: [{ name: "rds.force_ssl", value: "1", applyMethod: "pending-reboot" }],
    });
    const version = new DataAwsRdsEngineVersion(this, "version", {
      engine: ENGINE,
      version: MAJOR_VERSION,
      // The newest version may be a `-limitless` one, which needs a different kind of cluster.
      defaultOnly: true,
      parameterGroupFamily: `${ENGINE}${MAJOR_VERSION}`,
    });
    return new RdsCluster(this, "cluster", {
      clusterIdentifier: resourceName(config),
      engine: ENGINE,
      engineMode: "provisioned",
      engineVersion: version.versionActual,
      databaseName: "platform",
      masterUsername: "platform",
      manageMasterUserPassword: true,
      dbSubnetGroupName: subnets.name,
      dbClusterParameterGroupName: parameters.name,
      vpcSecurityGroupIds: [this.securityGroup.id],
      storageEncrypted: true,
      backupRetentionPeriod: config.protected ? LONGEST_BACKUP_DAYS : BACKUP_DAYS,
      copyTagsToSnapshot: true,
      // With a minimum of 0 it pauses after 300 s without a connection: AWS's default and minimum.
      serverlessv2ScalingConfiguration: config.database,
      applyImmediately: true,
      deletionProtection: config.protected,
      // Of an environment that is not protected nothing is left; until then its backups cover mistakes.
      deleteAutomatedBackups: !config.protected,
      skipFinalSnapshot: !config.protected,
      ...(config.protected && { finalSnapshotIdentifier: this.finalSnapshot(config) }),
      ...(config.logs.database && this.exportLog(config)),
      timeouts: { create: AURORA_LIMIT, update: AURORA_LIMIT, delete: AURORA_LIMIT },
      // A newer minor version must not upgrade a running cluster on the next deployment.
      lifecycle: { ignoreChanges: ["engine_version"], preventDestroy: config.protected },
    });
  }

  /** RDS would create the group itself, keep its events forever and leave it behind. */
  private exportLog(config: Config) {
    const log = new CloudwatchLogGroup(this, "log", {
      name: databaseLogGroup(config),
      retentionInDays: logDays(config),
    });
    return { enabledCloudwatchLogsExports: ["postgresql"], dependsOn: [log] };
  }

  /**
   * A name that a cluster's final snapshot can have: it stays the same in every plan, and the next
   * environment of this name gets another, since AWS refuses a snapshot whose name exists.
   */
  private finalSnapshot(config: Config): string {
    const life = new DataResource(this, "life");
    return resourceName(config, "final", Fn.substr(life.id, 0, 8));
  }
}

function authoritiesOf({ databaseAuthorities, region }: Config): string {
  // `deploymentProblems` has refused it.
  if (databaseAuthorities === undefined) throw new Error(`${region} has no database authorities`);
  return databaseAuthorities;
}
