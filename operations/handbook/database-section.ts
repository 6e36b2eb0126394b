import type { Handbook } from "./handbook";
import { type Block, type Section, code, commands, names, paragraph } from "./rendering/document";

type Database = NonNullable<Handbook["database"]>;

/** The cluster, its databases, and how somebody looks into it. */
export function databaseSection(handbook: Handbook, database: Database): Section {
  const { cluster, databases } = database;
  return {
    title: "Database",
    blocks: [
      clusterFacts(database),
      {
        kind: "table",
        caption: "Databases and the services that own them",
        head: ["database", "service"],
        rows: [...databases].map(([name, owner]) => [[code(name)], owner]),
      },
      paragraph("Its state and its endpoints:"),
      commands(
        `aws rds describe-db-clusters --db-cluster-identifier ${cluster} --query 'DBClusters[0].[Status,Endpoint,ReaderEndpoint]' --output text`,
      ),
      ...programInside(handbook, database),
    ],
  };
}

function clusterFacts(database: Database): Block {
  const { cluster, instances, minCapacity, maxCapacity, backupDays, deletionProtection } = database;
  return {
    kind: "facts",
    facts: [
      ["Cluster", [code(cluster), " (Aurora PostgreSQL)"]],
      ["Instances", names(instances, "none")],
      ["Capacity", `${minCapacity} to ${maxCapacity} ACU for each instance`],
      ["Backups", `kept for ${backupDays} days, for any second of them`],
      ["Deletion protection", deletionProtection ? "on" : "off"],
    ],
  };
}

function programInside({ environment }: Handbook, { databases }: Database): Block[] {
  const [owner] = databases.values();
  if (owner === undefined) return [];
  return [
    paragraph(
      "It has no public address: only tasks reach it. This starts a program in a container that has the login of a service (",
      code("DATABASE_HOST"),
      ", ",
      code("DATABASE_NAME"),
      ", …):",
    ),
    commands(`npx platform run ${environment} ${owner} -- PROGRAM ARGUMENTS`),
  ];
}
