import { type RDSClient, paginateDescribeDBEngineVersions } from "@aws-sdk/client-rds";
import { ENGINE, MAJOR_VERSION } from "../stacks/platform/database";
import { type Check, hasDatabase, resultOf } from "./check";

/** That the region has the database's major version; AWS retires them one by one. */
export const databaseVersion: Check = {
  title: "Aurora version",
  run: async ({ clients, services, config: { region } }) => {
    if (!hasDatabase(services)) return { found: "no service has a database" };
    const versions = await availableVersions(clients.rds);
    const majors = [...new Set(versions.map(majorOf))].sort((a, b) => Number(a) - Number(b));
    const minors = versions.filter((version) => majorOf(version) === MAJOR_VERSION);
    const problem = {
      problem: `${region} has no ${ENGINE} ${MAJOR_VERSION}; it has ${majors.join(", ") || "none"}`,
      mend: `set MAJOR_VERSION in stacks/platform/database.ts to ${majors.at(-1) ?? "one that is there"}, or PLATFORM_REGION to another region`,
    };
    const found = `${ENGINE} ${MAJOR_VERSION}: ${minors.join(", ")}`;
    return resultOf(found, minors.length > 0 ? [] : [problem]);
  },
};

/** Without variants such as `16.4-limitless`, which need a cluster of another kind. */
async function availableVersions(client: RDSClient): Promise<string[]> {
  const versions: string[] = [];
  const pages = paginateDescribeDBEngineVersions({ client }, { Engine: ENGINE });
  for await (const { DBEngineVersions = [] } of pages) {
    const available = DBEngineVersions.filter(({ Status }) => Status !== "deprecated");
    versions.push(...available.flatMap(({ EngineVersion }) => EngineVersion ?? []));
  }
  return versions.filter((version) => !version.includes("-"));
}

function majorOf(version: string): string {
  return version.split(".")[0] ?? version;
}
