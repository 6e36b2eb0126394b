import type { DBCluster, DBInstance } from "@aws-sdk/client-rds";
import { vi } from "vitest";
import { awsError } from "./preflight";

type Input = Readonly<Record<string, unknown>>;

/** Clusters and instances as RDS keeps them, behind a client of the SDK. */
export class FakeRds {
  readonly clusters = new Map<string, DBCluster & { readonly data: string }>();
  readonly instances = new Map<string, DBInstance>();
  /** The changes so far. */
  readonly calls: string[] = [];
  /** What each of them asked for. */
  readonly inputs: Input[] = [];
  /** How clusters were deleted. */
  readonly deletions: Input[] = [];
  private added = 0;
  /** How many changes succeed before one is interrupted. */
  left = Infinity;

  constructor(client: { send: (...args: never[]) => unknown }) {
    vi.spyOn(client, "send").mockImplementation(async (command: unknown) => {
      const { input, constructor } = command as { input: Input; constructor: { name: string } };
      const action = constructor.name.replace(/Command$/, "");
      if (!action.startsWith("Describe")) {
        if (this.left === 0) throw awsError("Interrupted");
        this.left -= 1;
        this.calls.push(action);
        this.inputs.push(input);
      }
      return Promise.resolve(this.answer(action, input));
    });
  }

  add(name: string, data: string, ...instances: string[]): void {
    this.clusters.set(name, {
      DBClusterIdentifier: name,
      DbClusterResourceId: `cluster-${++this.added}`,
      Status: "available",
      DBClusterMembers: [],
      TagList: [{ Key: "Environment", Value: "dev" }],
      BackupRetentionPeriod: 35,
      DeletionProtection: true,
      MasterUserSecret: { SecretStatus: "active" },
      data,
    });
    for (const instance of instances) this.addInstance(instance, name);
  }

  private answer(action: string, input: Input): unknown {
    const text = (name: string) => String(input[name]);
    switch (action) {
      case "DescribeDBClusters":
        return { DBClusters: [this.cluster(text("DBClusterIdentifier"))] };
      case "DescribeDBInstances": {
        const found = this.instances.get(text("DBInstanceIdentifier"));
        if (!found) throw awsError("DBInstanceNotFoundFault");
        return { DBInstances: [found] };
      }
      case "RestoreDBClusterFromSnapshot":
      case "RestoreDBClusterToPointInTime": {
        const { DBClusterIdentifier = "", SnapshotIdentifier = "a time" } = input as {
          DBClusterIdentifier?: string;
          SnapshotIdentifier?: string;
        };
        this.add(DBClusterIdentifier, `of ${SnapshotIdentifier}`);
        this.set(DBClusterIdentifier, {
          TagList: input["Tags"] as DBCluster["TagList"] & object,
          MasterUserSecret: {},
        });
        return {};
      }
      case "CreateDBInstance":
        this.addInstance(text("DBInstanceIdentifier"), text("DBClusterIdentifier"));
        return {};
      case "ModifyDBCluster":
        this.modifyCluster(input);
        return {};
      case "ModifyDBInstance":
        this.renameInstance(text("DBInstanceIdentifier"), text("NewDBInstanceIdentifier"));
        return {};
      case "DeleteDBInstance":
        this.removeInstance(text("DBInstanceIdentifier"));
        return {};
      case "DeleteDBCluster": {
        const cluster = this.cluster(text("DBClusterIdentifier"));
        if (cluster.DeletionProtection) throw awsError("InvalidParameterCombination");
        this.clusters.delete(text("DBClusterIdentifier"));
        this.deletions.push(input);
        return {};
      }
      default:
        throw new Error(`the fake RDS knows no ${action}`);
    }
  }

  private cluster(name: string) {
    const found = this.clusters.get(name);
    if (!found) throw awsError("DBClusterNotFoundFault");
    return found;
  }

  set(name: string, change: Partial<DBCluster>): void {
    this.clusters.set(name, { ...this.cluster(name), ...change });
  }

  private addInstance(name: string, cluster: string): void {
    this.instances.set(name, {
      DBInstanceIdentifier: name,
      DBClusterIdentifier: cluster,
      DBInstanceStatus: "available",
    });
    const members = this.cluster(cluster).DBClusterMembers ?? [];
    this.set(cluster, { DBClusterMembers: [...members, { DBInstanceIdentifier: name }] });
  }

  private modifyCluster(input: Input): void {
    const name = String(input["DBClusterIdentifier"]);
    if (input["ManageMasterUserPassword"] === true) {
      this.set(name, { MasterUserSecret: { SecretStatus: "active" } });
    }
    if (input["DeletionProtection"] === false) this.set(name, { DeletionProtection: false });
    const renamed = input["NewDBClusterIdentifier"];
    if (typeof renamed !== "string") return;
    if (this.clusters.has(renamed)) throw awsError("DBClusterAlreadyExistsFault");
    const cluster = this.cluster(name);
    this.clusters.delete(name);
    this.clusters.set(renamed, { ...cluster, DBClusterIdentifier: renamed });
    for (const [id, instance] of this.instances) {
      if (instance.DBClusterIdentifier !== name) continue;
      this.instances.set(id, { ...instance, DBClusterIdentifier: renamed });
    }
  }

  private renameInstance(name: string, renamed: string): void {
    if (this.instances.has(renamed)) throw awsError("DBInstanceAlreadyExists");
    const { DBClusterIdentifier = "" } = this.instances.get(name) ?? {};
    this.removeInstance(name);
    this.addInstance(renamed, DBClusterIdentifier);
  }

  private removeInstance(name: string): void {
    const { DBClusterIdentifier = "" } = this.instances.get(name) ?? {};
    this.instances.delete(name);
    const members = this.cluster(DBClusterIdentifier).DBClusterMembers ?? [];
    this.set(DBClusterIdentifier, {
      DBClusterMembers: members.filter(({ DBInstanceIdentifier }) => DBInstanceIdentifier !== name),
    });
  }
}
