import {
  CreateDBInstanceCommand,
  type DBCluster,
  ModifyDBClusterCommand,
  RestoreDBClusterFromSnapshotCommand,
  RestoreDBClusterToPointInTimeCommand,
} from "@aws-sdk/client-rds";
import { ENGINE } from "../../stacks/platform/database-instances";
import type { ClusterNames } from "./cluster-names";
import {
  type Waiting,
  availableCluster,
  availableInstance,
  findCluster,
  findInstance,
} from "./clusters";
import { type RestorePoint, restoredTags } from "./restore-point";

/**
 * Restores into a new cluster with the network, the logs and the tags of the environment's own, unless an
 * interrupted run has begun it.
 *
 * @param model the environment's own cluster
 */
export async function restoreCluster(
  names: ClusterNames,
  model: DBCluster,
  point: RestorePoint,
  waiting: Waiting,
): Promise<DBCluster> {
  const { rds } = waiting;
  if (!(await findCluster(rds, names.restoring))) {
    const settings = settingsOf(names, model, point);
    if (point.kind === "snapshot") {
      const source = { SnapshotIdentifier: point.snapshot, Engine: ENGINE };
      await rds.send(new RestoreDBClusterFromSnapshotCommand({ ...settings, ...source }));
    } else {
      const moment =
        point.kind === "time" ? { RestoreToTime: point.time } : { UseLatestRestorableTime: true };
      const source = { SourceDBClusterIdentifier: model.DBClusterIdentifier, ...moment };
      await rds.send(new RestoreDBClusterToPointInTimeCommand({ ...settings, ...source }));
    }
  }
  return await availableCluster(names.restoring, waiting);
}

function settingsOf({ restoring }: ClusterNames, model: DBCluster, point: RestorePoint) {
  const { ServerlessV2ScalingConfiguration: scaling, VpcSecurityGroups = [] } = model;
  return {
    DBClusterIdentifier: restoring,
    DBSubnetGroupName: model.DBSubnetGroup,
    DBClusterParameterGroupName: model.DBClusterParameterGroup,
    VpcSecurityGroupIds: VpcSecurityGroups.flatMap(
      ({ VpcSecurityGroupId }) => VpcSecurityGroupId ?? [],
    ),
    ServerlessV2ScalingConfiguration: scaling && {
      MinCapacity: scaling.MinCapacity,
      MaxCapacity: scaling.MaxCapacity,
    },
    EnableCloudwatchLogsExports: model.EnabledCloudwatchLogsExports,
    CopyTagsToSnapshot: true,
    DeletionProtection: model.DeletionProtection,
    Tags: restoredTags(model, point),
  };
}

/** Gives the restored cluster the instance without which it answers nothing. */
export async function addWriter(
  names: ClusterNames,
  { TagList = [] }: DBCluster,
  waiting: Waiting,
): Promise<void> {
  const { rds } = waiting;
  const existing = [names.restoringWriter, names.writer];
  const found = await Promise.all(existing.map((name) => findInstance(rds, name)));
  const own = found.find((instance) => instance?.DBClusterIdentifier === names.restoring);
  if (!own) {
    await rds.send(
      new CreateDBInstanceCommand({
        DBInstanceIdentifier: names.restoringWriter,
        DBClusterIdentifier: names.restoring,
        DBInstanceClass: "db.serverless",
        Engine: ENGINE,
        // As Terraform's, which would otherwise change it.
        PromotionTier: 0,
        Tags: TagList.filter(({ Key = "" }) => !Key.startsWith("aws:")),
      }),
    );
  }
  await availableInstance(own?.DBInstanceIdentifier ?? names.restoringWriter, waiting);
}

/**
 * Lets RDS manage the master user's password again: a restored cluster has the one of its restore point,
 * which nothing knows. Backups last as long as before.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-secrets-manager.html
 */
export async function managePassword(
  names: ClusterNames,
  model: DBCluster,
  waiting: Waiting,
): Promise<void> {
  const { rds } = waiting;
  const cluster = await availableCluster(names.restoring, waiting);
  if (cluster.MasterUserSecret?.SecretStatus === "active") return;
  await rds.send(
    new ModifyDBClusterCommand({
      DBClusterIdentifier: names.restoring,
      ManageMasterUserPassword: true,
      BackupRetentionPeriod: model.BackupRetentionPeriod,
      ApplyImmediately: true,
    }),
  );
  await availableCluster(names.restoring, waiting);
}
