import { describe, expect, test, vi } from "vitest";
import {
  discardClusters,
  requireNoLeftCluster,
  requireNoOpenRestore,
} from "../../../../operations/restoration/discard";
import { restoreDatabase } from "../../../../operations/restoration/restore-database";
import type { Refusal } from "../../../../operations/terminal/refusal";
import type { FakeRds } from "../../../support/rds";
import { waiting, withDatabase } from "../../../support/restoration";

vi.spyOn(console, "log").mockImplementation(() => undefined);

const FIRST = { kind: "snapshot", snapshot: "first" } as const;

/** What each cluster holds, and its instances. */
function summary({ clusters }: FakeRds): Record<string, string[]> {
  return Object.fromEntries(
    [...clusters].map(([name, { data, DBClusterMembers = [] }]) => [
      name,
      [data, ...DBClusterMembers.map(({ DBInstanceIdentifier }) => String(DBInstanceIdentifier))],
    ]),
  );
}

const RESTORED = {
  "platform-dev": ["of first", "platform-writer-dev"],
  "platform-replaced-dev": [
    "of now",
    "platform-replaced-writer-dev",
    "platform-replaced-reader-dev",
  ],
};

describe("a restore", () => {
  test("takes the names of the present cluster, which stays with its data and its instances", async () => {
    const { target, rds } = withDatabase();
    await restoreDatabase(target, FIRST);
    expect(summary(rds)).toEqual(RESTORED);
    expect(rds.clusters.get("platform-dev")).toMatchObject({
      DeletionProtection: true,
      MasterUserSecret: { SecretStatus: "active" },
      TagList: [
        { Key: "Environment", Value: "dev" },
        { Key: "RestoredFrom", Value: "snapshot first" },
      ],
    });
  });

  test("takes the address from the present cluster before its instances restart, and gives it on last", async () => {
    const { target, rds } = withDatabase();
    await restoreDatabase(target, FIRST);
    expect(rds.calls).toEqual([
      "RestoreDBClusterFromSnapshot",
      "CreateDBInstance",
      "ModifyDBCluster",
      "ModifyDBCluster",
      "ModifyDBInstance",
      "ModifyDBInstance",
      "ModifyDBCluster",
      "ModifyDBInstance",
    ]);
  });

  test.each([...Array(8).keys()])(
    "that is interrupted after %i changes continues with the same command",
    async (changes) => {
      const { target, rds } = withDatabase();
      rds.left = changes;
      await expect(restoreDatabase(target, FIRST)).rejects.toThrow();
      rds.left = Infinity;
      await restoreDatabase(target, FIRST);
      expect(summary(rds)).toEqual(RESTORED);
      expect(rds.calls).toHaveLength(8);
    },
  );

  test("that is done changes nothing when it is started again", async () => {
    const { target, rds } = withDatabase();
    await restoreDatabase(target, FIRST);
    const before = rds.calls.length;
    await restoreDatabase(target, FIRST);
    expect(rds.calls).toHaveLength(before);
  });

  test("that is done says so, since the same point may have been meant once more", async () => {
    const { target } = withDatabase();
    await restoreDatabase(target, { kind: "latest" });
    const said = vi.spyOn(console, "log").mockImplementation(() => undefined);
    await restoreDatabase(target, { kind: "latest" });
    expect(said.mock.calls.join("\n")).toContain(
      "dev was restored from latest before, and nothing was restored now. For another restore, discard platform-replaced-dev first: npx platform restore dev --discard",
    );
  });

  test("from another point waits until the replaced cluster is discarded", async () => {
    const { target, rds } = withDatabase();
    await restoreDatabase(target, FIRST);
    const before = rds.calls.length;
    await expect(restoreDatabase(target, { kind: "latest" })).rejects.toThrow(
      "platform-replaced-dev, the cluster before an earlier restore, is still there. Nothing was changed.",
    );
    expect(rds.calls).toHaveLength(before);
    await discardClusters(target.config, waiting(target));
    await restoreDatabase(target, { kind: "latest" });
    expect(summary(rds)).toMatchObject({ "platform-dev": ["of a time", "platform-writer-dev"] });
  });

  test("from another point than an unfinished one is refused", async () => {
    const { target, rds } = withDatabase();
    rds.left = 2;
    await expect(restoreDatabase(target, FIRST)).rejects.toThrow();
    rds.left = Infinity;
    await expect(restoreDatabase(target, { kind: "latest" })).rejects.toThrow(
      "A restore of dev from snapshot first is not finished: platform-restoring-dev is there.",
    );
  });

  test("from the latest of long ago is continued only by those who say that they mean it", async () => {
    const { target, rds } = withDatabase();
    rds.left = 2;
    const latest = { kind: "latest" } as const;
    await expect(restoreDatabase(target, latest)).rejects.toThrow();
    rds.left = Infinity;
    const before = rds.calls.length;
    const begun = new Date(Date.now() - 2 * 3_600_000 - 1);
    rds.set("platform-restoring-dev", { ClusterCreateTime: begun });
    await expect(restoreDatabase(target, latest)).rejects.toMatchObject({
      message: `A restore from latest was begun at ${begun.toISOString()} and is not finished: it brings back the data of then, and nothing that was written since. Nothing was changed.`,
      fix: expect.stringContaining(`npx platform restore dev --to ${begun.toISOString()}`),
    });
    const other = { kind: "time", time: new Date(begun.getTime() + 1) } as const;
    await expect(restoreDatabase(target, other)).rejects.toThrow(
      "A restore of dev from latest is not",
    );
    expect(rds.calls).toHaveLength(before);
    await restoreDatabase(target, { kind: "time", time: begun });
    expect(summary(rds)).toMatchObject({ "platform-dev": ["of a time", "platform-writer-dev"] });
  });

  test("from the latest of long ago is continued once the names are being exchanged: nothing else is possible", async () => {
    const { target, rds } = withDatabase();
    const latest = { kind: "latest" } as const;
    rds.left = 4;
    await expect(restoreDatabase(target, latest)).rejects.toThrow();
    rds.left = Infinity;
    rds.set("platform-restoring-dev", { ClusterCreateTime: new Date(0) });
    const { fix } = await restoreDatabase(target, FIRST).then(
      () => ({ fix: undefined }),
      (error: unknown) => error as Refusal,
    );
    // Discarding would be refused.
    expect(fix).toBe("To continue it: npx platform restore dev --to 1970-01-01T00:00:00.000Z");
    await restoreDatabase(target, latest);
    expect(summary(rds)).toMatchObject({ "platform-dev": ["of a time", "platform-writer-dev"] });
  });

  test("from the latest of just now continues with the same command", async () => {
    const { target, rds } = withDatabase();
    rds.left = 2;
    const latest = { kind: "latest" } as const;
    await expect(restoreDatabase(target, latest)).rejects.toThrow();
    rds.left = Infinity;
    rds.set("platform-restoring-dev", { ClusterCreateTime: new Date(Date.now() - 119 * 60_000) });
    await restoreDatabase(target, latest);
    expect(summary(rds)).toMatchObject({ "platform-dev": ["of a time", "platform-writer-dev"] });
  });

  test("needs an environment with a database", async () => {
    const { target, rds } = withDatabase();
    rds.clusters.clear();
    await expect(restoreDatabase(target, FIRST)).rejects.toThrow("dev has no database that");
    expect(rds.calls).toEqual([]);
  });
});

test.each([1, 3, 4, 6, 7])(
  "a deployment waits for a restore that was interrupted after %i changes",
  async (changes) => {
    const { target, rds } = withDatabase();
    const { config, clients } = target;
    rds.left = changes;
    await expect(restoreDatabase(target, FIRST)).rejects.toThrow();
    await expect(requireNoOpenRestore(config, clients.rds)).rejects.toThrow(
      "A restore of dev from snapshot first is not finished",
    );
    rds.left = Infinity;
    await restoreDatabase(target, FIRST);
    await expect(requireNoOpenRestore(config, clients.rds)).resolves.toBeUndefined();
  },
);

describe("what a restore leaves", () => {
  test("is deleted on demand, its protection included, and nothing else", async () => {
    const { target, rds } = withDatabase();
    await restoreDatabase(target, FIRST);
    expect(await discardClusters(target.config, waiting(target))).toEqual([
      "platform-replaced-dev",
    ]);
    expect(summary(rds)).toEqual({ "platform-dev": RESTORED["platform-dev"] });
    expect([...rds.instances.keys()]).toEqual(["platform-writer-dev"]);
  });

  test("is not deleted while it may be all that there is", async () => {
    const { target, rds } = withDatabase();
    rds.left = 4;
    await expect(restoreDatabase(target, FIRST)).rejects.toThrow();
    rds.left = Infinity;
    await expect(discardClusters(target.config, waiting(target))).rejects.toThrow(
      "dev has no cluster platform-dev at the moment. Nothing was deleted.",
    );
    expect([...rds.clusters.keys()].sort()).toEqual([
      "platform-replaced-dev",
      "platform-restoring-dev",
    ]);
  });

  test("is not deleted while it may be all that there is, though somebody has deployed an empty cluster", async () => {
    const { target, rds } = withDatabase();
    rds.left = 6;
    await expect(restoreDatabase(target, FIRST)).rejects.toThrow();
    rds.left = Infinity;
    rds.add("platform-dev", "of nobody", "platform-writer-dev");
    await expect(discardClusters(target.config, waiting(target))).rejects.toThrow(
      "platform-restoring-dev and platform-replaced-dev are both there: a restore was interrupted while it exchanged their names. Nothing was deleted.",
    );
    expect(rds.clusters.size).toBe(3);
    const way = {
      fix: "Something has created platform-dev since. See that it holds nothing that you need, delete it by hand, and run the restore again with the same point.",
    };
    const before = rds.calls.length;
    await expect(restoreDatabase(target, FIRST)).rejects.toMatchObject(way);
    await expect(requireNoOpenRestore(target.config, target.clients.rds)).rejects.toMatchObject(
      way,
    );
    expect(rds.calls).toHaveLength(before);
    rds.clusters.delete("platform-dev");
    rds.instances.delete("platform-writer-dev");
    await restoreDatabase(target, FIRST);
    expect(summary(rds)).toEqual(RESTORED);
  });

  test.each([
    ["which are kept where it is protected", true],
    ["which go with it otherwise", false],
  ])("has backups of its own, %s", async (_, isProtected) => {
    const { target, rds } = withDatabase();
    await restoreDatabase(target, FIRST);
    await discardClusters({ ...target.config, protected: isProtected }, waiting(target));
    expect(rds.deletions).toEqual([
      {
        DBClusterIdentifier: "platform-replaced-dev",
        SkipFinalSnapshot: true,
        DeleteAutomatedBackups: !isProtected,
      },
    ]);
  });

  test("keeps an environment from being destroyed around it", async () => {
    const { target } = withDatabase();
    const { config, clients } = target;
    await expect(requireNoLeftCluster(config, clients.rds)).resolves.toBeUndefined();
    await restoreDatabase(target, FIRST);
    await expect(requireNoLeftCluster(config, clients.rds)).rejects.toMatchObject({
      message:
        "A restore has left platform-replaced-dev, which no state knows. Nothing was destroyed.",
      fix: "Once the data are not needed any more, remove it: npx platform restore dev --discard",
    });
  });

  test("keeps it from being destroyed while the names are exchanged, when nothing may be discarded", async () => {
    const { target, rds } = withDatabase();
    rds.left = 7;
    await expect(restoreDatabase(target, FIRST)).rejects.toThrow();
    await expect(requireNoLeftCluster(target.config, target.clients.rds)).rejects.toMatchObject({
      fix: "To continue it: npx platform restore dev --snapshot first",
    });
  });
});
