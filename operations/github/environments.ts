import type { Environments } from "../../spec/environment/settings";
import { PREVIEW, isPreview } from "../../spec/environment/preview-suffix";
import { wordsOf } from "../target/aws-error";
import type { Problem } from "../checks/check";
import { list, record } from "../terraform/terraform-events";
import type { GithubApi } from "./api";

/** What an environment on GitHub must be, so that a role may trust its name. */
export interface Gate {
  /** Its name on GitHub. */
  readonly name: string;
  /** Only jobs on `main` may use it; a preview is for every branch. */
  readonly onMain: boolean;
  /** Somebody must approve each job: it takes what another environment has proven. */
  readonly approved: boolean;
}

/** The gates of all environments that a pipeline deploys. */
export function gatesOf(environments: Environments): Gate[] {
  return Object.keys(environments)
    .filter((name) => name !== "local")
    .map((name) => gateOf(name, environments));
}

/** The gate of an environment; all previews share one. */
export function gateOf(suffix: string, environments: Environments): Gate {
  const name = isPreview(suffix) ? PREVIEW : suffix;
  const isShared = name === PREVIEW;
  return { name, onMain: !isShared, approved: environments[name]?.promoteFrom !== undefined };
}

/**
 * Compares the environments on GitHub with what the roles rely on. GitHub creates an environment that a
 * job names and that does not exist, without any protection.
 *
 * @see https://docs.github.com/en/rest/deployments/environments
 */
export async function gateProblems(api: GithubApi, gates: readonly Gate[]): Promise<Problem[]> {
  try {
    if ((await api.get("")) === undefined) {
      return [
        {
          problem: `the token cannot see ${api.repository} on GitHub`,
          fix: "use a token that may read the repository and its Actions",
        },
      ];
    }
    return (await Promise.all(gates.map((gate) => problemsOfGate(api, gate)))).flat();
  } catch (error) {
    return [
      {
        problem: `the environments of ${api.repository} could not be read (${wordsOf(error)})`,
        fix: "use a token with the repository permission Actions: read",
      },
    ];
  }
}

async function problemsOfGate(api: GithubApi, gate: Gate): Promise<Problem[]> {
  const { name, onMain, approved } = gate;
  const page = `https://github.com/${api.repository}/settings/environments`;
  const found = await api.get(`/environments/${encodeURIComponent(name)}`);
  if (found === undefined) {
    const missing = `the environment ${name} does not exist on GitHub; the first job that names it creates it without protection`;
    return [{ problem: missing, fix: `create it ${wanted(gate)}: ${page}` }];
  }
  const environment = record(found);
  const problems = [
    ...(onMain ? await branchProblems(api, name, environment) : []),
    ...(approved && !hasReviewers(environment)
      ? [`nobody has to approve a deployment to ${name}`]
      : []),
  ];
  return problems.map((problem) => ({ problem, fix: `set it up ${wanted(gate)}: ${page}` }));
}

async function branchProblems(
  api: GithubApi,
  name: string,
  environment: Readonly<Record<string, unknown>>,
): Promise<string[]> {
  const policy = record(environment["deployment_branch_policy"]);
  if (policy["protected_branches"] === true) return [];
  if (policy["custom_branch_policies"] !== true) {
    return [`every branch may deploy to ${name}`];
  }
  const path = `/environments/${encodeURIComponent(name)}/deployment-branch-policies?per_page=100`;
  const branches = list(record(await api.get(path))["branch_policies"]).map((each) =>
    String(record(each)["name"]),
  );
  const others = branches.filter((branch) => branch !== "main");
  if (branches.length === 0) return [`no branch may deploy to ${name}`];
  return others.length > 0 ? [`besides main, ${others.join(", ")} may deploy to ${name}`] : [];
}

function hasReviewers(environment: Readonly<Record<string, unknown>>): boolean {
  return list(environment["protection_rules"])
    .map(record)
    .some((rule) => rule["type"] === "required_reviewers" && list(rule["reviewers"]).length > 0);
}

function wanted({ onMain, approved }: Gate): string {
  const parts = [
    ...(onMain ? ["for the branch main alone"] : []),
    ...(approved ? ["with reviewers"] : []),
  ];
  return parts.join(", ") || "for every branch";
}
