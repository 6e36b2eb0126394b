import type { ChosenRegion } from "./chosen-region";
import type { Config } from "../config";
import { ENVIRONMENTS_FILE } from "../environment/settings";
import { isGovCloud, partitionOf, regionProblem } from "../regions";

/**
 * What is wrong with the region, or with what lies elsewhere than in it. A region of environments.ts is
 * checked there, with those of all other environments.
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
      `domain.name is "${domain.name}" in ${region}, but Route 53 has no public hosted zones in AWS GovCloud (US); take the domain out of environments.ts, or another region`,
    );
  }
  const partition = permissionsBoundary?.split(":")[1];
  if (partition !== undefined && partition !== partitionOf(region)) {
    problems.push(
      `PLATFORM_PERMISSIONS_BOUNDARY is of the partition ${partition}, and ${region} is in ${partitionOf(region)}; its ARN must begin with arn:${partitionOf(region)}:`,
    );
  }
  return problems;
}
