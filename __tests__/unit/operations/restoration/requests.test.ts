import { beforeEach, describe, expect, test, vi } from "vitest";
import { replacedInstance } from "../../../../operations/restoration/cluster-names";
import { discardClusters, requireNoOpenRestore } from "../../../../operations/restoration/discard";
import { restoreDatabase } from "../../../../operations/restoration/restore-database";
import type { RestorePoint } from "../../../../operations/restoration/restore-point";
import { Refusal } from "../../../../operations/terminal/refusal";
import type { FakeRds } from "../../../support/rds";
import { waiting, withDatabase } from "../../../support/restoration";

const FIRST = { kind: "snapshot", snapshot: "first" } as const;

/** What the environment's own cluster has of its network, its logs and its size. */
const OWN = {
  DBSubnetGroup: "platform-dev",
  DBClusterParameterGroup: "platform-postgresql17-dev",
  VpcSecurityGroups: [{ VpcSecurityGroupId: "sg-1", Status: "active" }, {}],
  ServerlessV2ScalingConfiguration: { MinCapacity: 0, MaxCapacity: 4, SecondsUntilAutoPause: 300 },
  EnabledCloudwatchLogsExports: ["postgresql"],
  TagList: [
    { Key: "Environment", Value: "dev" },
    { Key: "aws:rds:primaryDBClusterArn", Value: "arn" },
  ],
};

let environment: ReturnType<typeof withDatabase>;

function change(rds: FakeRds, cluster: string, fields: object): void {
  const found = rds.clusters.get(cluster);
  if (found) rds.clusters.set(cluster, { ...found, ...fields });
}

beforeEach(() => {
  vi.spyOn(console, "log").mockImplementation(() => undefined);
  vi.spyOn(process.stdout, "write").mockReturnValue(true);
  environment = withDatabase();
  change(environment.rds, "platform-dev", OWN);
});

const restored = {
  DBClusterIdentifier: "platform-restoring-dev",
  DBSubnetGroupName: "platform-dev",
  DBClusterParameterGroupName: "platform-postgresql17-dev",
  VpcSecurityGroupIds: ["sg-1"],
  ServerlessV2ScalingConfiguration: { MinCapacity: 0, MaxCapacity: 4 },
  EnableCloudwatchLogsExports: ["postgresql"],
  CopyTagsToSnapshot: true,
  DeletionProtection: true,
};
const tags = (point: string) => [
  { Key: "Environment", Value: "dev" },
  { Key: "RestoredFrom", Value: point },
];

describe("a restored cluster has the network, the logs, the size and the protection of the present one", () => {
  test.each<[RestorePoint, object]>([
    [
      FIRST,
      {
        SnapshotIdentifier: "first",
        Engine: "aurora-postgresql",
        Tags: tags("snapshot first"),
      },
    ],
    [
      { kind: "time", time: new Date("2026-11-29T10:00:00Z") },
      {
        SourceDBClusterIdentifier: "platform-dev",
        RestoreToTime: new Date("2026-11-29T10:00:00Z"),
        Tags: tags("2026-11-29T10:00:00.000Z"),
      },
    ],
    [
      { kind: "latest" },
      {
        SourceDBClusterIdentifier: "platform-dev",
        UseLatestRestorableTime: true,
        Tags: tags("latest"),
      },
    ],
  ])("with the data of %j", async (point, source) => {
    const { target, rds } = environment;
    await restoreDatabase(target, point);
    expect(rds.inputs[0]).toEqual({ ...restored, ...source });
  });

  test("and no size where the present one has none", async () => {
    const { target, rds } = environment;
    change(rds, "platform-dev", {
      ServerlessV2ScalingConfiguration: undefined,
      VpcSecurityGroups: undefined,
      TagList: undefined,
    });
    await restoreDatabase(target, FIRST);
    expect(rds.inputs[0]).toMatchObject({
      ServerlessV2ScalingConfiguration: undefined,
      VpcSecurityGroupIds: [],
      Tags: [{ Key: "RestoredFrom", Value: "snapshot first" }],
    });
    expect(rds.inputs[1]).toMatchObject({ Tags: [] });
  });
});

test("each further change is made at once, and is what Terraform would have made", async () => {
  const { target, rds } = environment;
  await restoreDatabase(target, FIRST);
  expect(rds.inputs.slice(1)).toEqual([
    {
      DBInstanceIdentifier: "platform-restoring-writer-dev",
      DBClusterIdentifier: "platform-restoring-dev",
      DBInstanceClass: "db.serverless",
      Engine: "aurora-postgresql",
      PromotionTier: 0,
      Tags: [{ Key: "Environment", Value: "dev" }],
    },
    {
      DBClusterIdentifier: "platform-restoring-dev",
      ManageMasterUserPassword: true,
      BackupRetentionPeriod: 35,
      ApplyImmediately: true,
    },
    ...[
      ["Cluster", "platform-dev", "platform-replaced-dev"],
      ["Instance", "platform-writer-dev", "platform-replaced-writer-dev"],
      ["Instance", "platform-reader-dev", "platform-replaced-reader-dev"],
      ["Cluster", "platform-restoring-dev", "platform-dev"],
      ["Instance", "platform-restoring-writer-dev", "platform-writer-dev"],
    ].map(([kind = "", from, to]) => ({
      [`DB${kind}Identifier`]: from,
      [`NewDB${kind}Identifier`]: to,
      ApplyImmediately: true,
    })),
  ]);
});

test("each change and its result are shown", async () => {
  const { target } = environment;
  const shown = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  await restoreDatabase(target, FIRST);
  const text = shown.mock.calls.join("\n");
  for (const line of [
    "Cluster from snapshot first: platform-restoring-dev",
    "Writer: ",
    "Password of the master user: managed by RDS",
    "renaming the cluster platform-dev to platform-replaced-dev",
    "Names: the former cluster is platform-replaced-dev",
  ]) {
    expect(text).toContain(line);
  }
});

describe("what is refused names the way out", () => {
  const discard = "npx platform restore dev --discard";

  async function refusal(refused: Promise<unknown>): Promise<Refusal> {
    const error: unknown = await refused.catch((caught: unknown) => caught);
    if (error instanceof Refusal) return error;
    throw new Error("it was not refused", { cause: error });
  }

  test("a restore into an environment without a database", async () => {
    const { target, rds } = environment;
    rds.clusters.clear();
    expect(await refusal(restoreDatabase(target, FIRST))).toMatchObject({
      message: "dev has no database that a restored one could take the place of.",
      fix: "Deploy it first: npx platform deploy dev. A snapshot of a destroyed environment can be restored then.",
    });
  });

  test("a restore beside another that is not finished, and a deployment", async () => {
    const { target, rds } = environment;
    rds.add("platform-restoring-dev", "of nobody knows");
    const ways = [
      'To continue it: give platform-restoring-dev its tag RestoredFrom again, a time with a zone or "snapshot NAME", then npx platform restore dev --to TIME or --snapshot NAME',
      `To discard it: ${discard}`,
    ].join("\n");
    const there = "is not finished: platform-restoring-dev is there. Nothing was changed.";
    expect(await refusal(restoreDatabase(target, FIRST))).toMatchObject({
      message: `A restore of dev from an unknown point ${there}`,
      fix: ways,
    });
    expect(await refusal(requireNoOpenRestore(target.config, target.clients.rds))).toMatchObject({
      message: `A restore of dev from an unknown point ${there}`,
      fix: ways,
    });
    expect(rds.calls).toEqual([]);
  });

  test("a deployment while only the writer's name is left to exchange", async () => {
    const { target, rds } = environment;
    rds.left = 7;
    await expect(restoreDatabase(target, FIRST)).rejects.toThrow();
    expect((await refusal(requireNoOpenRestore(target.config, target.clients.rds))).message).toBe(
      "A restore of dev from snapshot first is not finished: platform-restoring-writer-dev is there. Nothing was changed.",
    );
    expect(await refusal(discardClusters(target.config, waiting(target)))).toMatchObject({
      message:
        "The writer of platform-dev is still called platform-restoring-writer-dev. Nothing was deleted.",
      fix: "If a restore was interrupted, run it again with the same point first.",
    });
    expect(rds.deletions).toEqual([]);
  });

  test("a restore from another point while the former cluster is there", async () => {
    const { target } = environment;
    await restoreDatabase(target, FIRST);
    expect((await refusal(restoreDatabase(target, { kind: "latest" }))).fix).toBe(
      `Once its data are not needed any more, remove it: ${discard}`,
    );
  });
});

test("what is discarded loses its protection only if it has one", async () => {
  const { target, rds } = environment;
  await restoreDatabase(target, FIRST);
  change(rds, "platform-replaced-dev", { DeletionProtection: false });
  const before = rds.calls.length;
  await discardClusters(target.config, waiting(target));
  expect(rds.calls.slice(before)).toEqual([
    "DeleteDBInstance",
    "DeleteDBInstance",
    "DeleteDBCluster",
  ]);
});

test("an instance that has its new name keeps it", () => {
  const { config } = environment.target;
  expect(replacedInstance("platform-reader-dev", config)).toBe("platform-replaced-reader-dev");
  expect(replacedInstance("platform-replaced-reader-dev", config)).toBe(
    "platform-replaced-reader-dev",
  );
});
