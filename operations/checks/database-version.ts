import {
  type DescribeDBEngineVersionsMessage,
  type RDSClient,
  paginateDescribeDBEngineVersions,
} from "@aws-sdk/client-rds";
import { MAJOR_VERSION } from "../../stacks/platform/database";
import { ENGINE } from "../../stacks/platform/database-instances";
import { type Check, hasDatabase } from "./check";

/** Checks that the region offers the major version, and reports the version that a new cluster gets. */
export const databaseVersion: Check = {
  title: "Aurora version",
  run: async ({ clients, services, config: { region } }) => {
    if (!hasDatabase(services)) return { found: "no service has a database" };
    const versions = await versionsOf(clients.rds, {});
    const majors = [...new Set(versions.map(majorOf))].sort((a, b) => Number(a) - Number(b));
    if (majors.includes(MAJOR_VERSION)) {
      const wanted = { EngineVersion: MAJOR_VERSION, DefaultOnly: true };
      const [version = MAJOR_VERSION] = await versionsOf(clients.rds, wanted);
      return { found: `${ENGINE} ${version}` };
    }
    const problem = {
      problem: `${region} does not offer ${ENGINE} ${MAJOR_VERSION}; it offers ${majors.join(", ") || "none"}`,
      fix: `set MAJOR_VERSION in stacks/platform/database.ts to ${majors.at(-1) ?? "an available version"}, or PLATFORM_REGION to another region`,
    };
    return { problems: [problem] };
  },
};

/** Excludes variants such as `16.4-limitless`, which need a different kind of cluster. */
async function versionsOf(
  client: RDSClient,
  wanted: DescribeDBEngineVersionsMessage,
): Promise<string[]> {
  const versions: string[] = [];
  const pages = paginateDescribeDBEngineVersions({ client }, { ...wanted, Engine: ENGINE });
  for await (const { DBEngineVersions = [] } of pages) {
    const available = DBEngineVersions.filter(({ Status }) => Status !== "deprecated");
    versions.push(...available.flatMap(({ EngineVersion }) => EngineVersion ?? []));
  }
  return versions.filter((version) => !version.includes("-"));
}

function majorOf(version: string): string {
  return version.split(".")[0] ?? version;
}
