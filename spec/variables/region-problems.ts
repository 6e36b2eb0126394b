import type { ChosenRegion } from "./chosen-region";
import type { Config } from "../config";
import { ENVIRONMENTS_FILE } from "../environment/settings";
import { isGovCloud, partitionOf, regionProblem } from "../regions";

/**
 * The problems with the region, and with settings that do not belong in it. A region set in
 * environments.ts is checked with that file, for all environments.
 */
export function regionProblems(
  { region, domain, permissionsBoundary }: Config,
  { source }: ChosenRegion,
): string[] {
  const refused = source === ENVIRONMENTS_FILE ? undefined : regionProblem(region, source);
  if (refused !== undefined) return [refused];
  const problems: string[] = [];
  if (domain && isGovCloud(region)) {
    problems.push(
      `domain.name is "${domain.name}" in ${region}, but Route 53 has no public hosted zones in AWS GovCloud (US); remove the domain from environments.ts, or choose another region`,
    );
  }
  const partition = permissionsBoundary?.split(":")[1];
  if (partition !== undefined && partition !== partitionOf(region)) {
    problems.push(
      `PLATFORM_PERMISSIONS_BOUNDARY is in the partition ${partition}, but ${region} is in ${partitionOf(region)}; its ARN must begin with arn:${partitionOf(region)}:`,
    );
  }
  return problems;
}
