import type { DBCluster } from "@aws-sdk/client-rds";
import { expect, test } from "vitest";
import {
  type Clusters,
  isContinuable,
  openRestore,
  waysOn,
} from "../../../../operations/restoration/open-restore";
import { readConfig } from "../../../../project";

const { config } = readConfig({ PLATFORM_SUFFIX: "dev" });
const cluster = (id: string, change: DBCluster = {}): DBCluster => ({
  DbClusterResourceId: id,
  ...change,
});
const restored = (id: string, writer?: string) =>
  cluster(id, {
    DBClusterIdentifier: "platform-restoring-dev",
    TagList: [{ Key: "RestoredFrom", Value: "snapshot first" }],
    DBClusterMembers: [{ DBInstanceIdentifier: writer }],
  });
const own = cluster("1");
const none = { main: undefined, restoring: undefined, replaced: undefined };
const TO_CONTINUE = "To continue it: npx platform restore dev --snapshot first";
const SOON = "If a restore runs at the moment, run this again in a minute.";

test.each<[string, Clusters, boolean, string]>([
  [
    "before the names are exchanged, it is continued or discarded",
    { ...none, main: own, restoring: restored("2") },
    true,
    `${TO_CONTINUE}\nTo discard it: npx platform restore dev --discard`,
  ],
  [
    "between the two names, it is continued",
    { ...none, restoring: restored("2"), replaced: own },
    true,
    TO_CONTINUE,
  ],
  [
    "with the writer's name left to exchange, it is continued",
    { ...none, main: restored("2", "platform-restoring-writer-dev"), replaced: own },
    true,
    TO_CONTINUE,
  ],
  [
    "a cluster that was created in between is deleted, once somebody has looked into it",
    { main: cluster("3"), restoring: restored("2"), replaced: own },
    false,
    "Something has created platform-dev since. See that it holds nothing that you need, delete it by hand, and run the restore again with the same point.",
  ],
  [
    "the present cluster, read before its name was taken, is not to be deleted",
    { main: own, restoring: restored("2"), replaced: own },
    false,
    SOON,
  ],
  [
    "nor is the restored one, read after it has the name",
    { main: restored("2"), restoring: restored("2"), replaced: own },
    false,
    SOON,
  ],
  [
    "without either name, somebody else may be at it, or what is left gets the name",
    { ...none, replaced: own },
    false,
    `${SOON} If platform-dev is gone, give its name to the cluster that is left: aws rds modify-db-cluster --db-cluster-identifier platform-replaced-dev --new-db-cluster-identifier platform-dev --apply-immediately`,
  ],
  [
    "without anything that it could replace, it is deleted or gets the name",
    { ...none, restoring: restored("2") },
    false,
    "platform-dev is gone. Delete platform-restoring-dev, or give it the name: aws rds modify-db-cluster --db-cluster-identifier platform-restoring-dev --new-db-cluster-identifier platform-dev --apply-immediately",
  ],
])("of a restore that is not finished: %s", (_, clusters, continuable, ways) => {
  expect(openRestore(clusters, config)).toBeDefined();
  expect(isContinuable(clusters)).toBe(continuable);
  expect(waysOn(clusters, config)).toBe(ways);
});

test.each<[string, Clusters]>([
  ["nothing was ever restored", { ...none, main: own }],
  ["there is no cluster", none],
  [
    "all names are exchanged",
    { ...none, main: restored("2", "platform-writer-dev"), replaced: own },
  ],
])("no restore is open if %s", (_, clusters) => {
  expect(openRestore(clusters, config)).toBeUndefined();
});
