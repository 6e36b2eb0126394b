import { STACKS, type StackName } from "../terraform/terraform-stack";
import { STATE_READERS, workspaceName } from "../../stacks/options/backend";
import type { CloudState } from "../../spec/variables/backend";
import type { Config } from "../../spec/config";
import { type Check, type CheckResult, type Problem, resultOf } from "./check";
import { type HcpApi, createHcpApi } from "./hcp-api";
import { hcpProblem } from "./hcp-problem";
import { missingToken, readToken } from "./hcp-token";
import { type Workspace, consumersOf, readWorkspace } from "./hcp-workspace";

const SET_UP =
  "npx platform hcp   # creates the workspaces with the right settings; see docs/state.md";

/** Checks that the three workspaces exist with the settings that the stacks need. */
export const hcpWorkspaces: Check = {
  title: "HCP Terraform",
  run: async ({ config }) => {
    const { backend } = config;
    if (backend.kind !== "cloud") return { found: "the states are not in HCP Terraform" };
    const { hostname } = backend;
    const token = await readToken(hostname);
    if (!token) return oneProblem(missingToken(hostname));
    return await checkWorkspaces(
      createHcpApi(`https://${hostname}/api/v2`, token),
      config,
      backend,
    );
  },
};

/**
 * Checks the organization and each workspace. Terraform would create a missing one with wrong settings.
 * A question that is not answered is a problem of its own: it says nothing about the workspaces.
 */
export async function checkWorkspaces(
  api: HcpApi,
  config: Config,
  backend: CloudState,
): Promise<CheckResult> {
  try {
    return await readAndCheck(api, config, backend);
  } catch (error) {
    return oneProblem(hcpProblem(error, backend.hostname));
  }
}

async function readAndCheck(
  api: HcpApi,
  config: Config,
  { hostname, organization }: CloudState,
): Promise<CheckResult> {
  if ((await api.get(`/organizations/${organization}`)) === undefined) {
    return oneProblem({
      problem: `${hostname} has no organization ${organization} that the token can see`,
      fix: "correct PLATFORM_HCP_ORGANIZATION, or use a member's token",
    });
  }
  const workspaces = new Map<StackName, Workspace>();
  for (const stack of STACKS) {
    const name = workspaceName(config, stack);
    const workspace = await readWorkspace(api, organization, name);
    if (workspace) workspaces.set(stack, workspace);
  }
  const found = [...workspaces.values()];
  const problems = [
    ...missingProblems(workspaces, config, organization),
    ...found.flatMap(repositoryProblem),
    ...(config.registry === undefined
      ? engineProblem(workspaces.get("images"))
      : found.flatMap(remoteProblem)),
    ...(await sharingProblems(api, workspaces)),
  ];
  const modes = found.map(({ name, executionMode }) => `${name} (${executionMode})`);
  return resultOf(`${organization} at ${hostname}: ${modes.join(", ")}`, problems);
}

function missingProblems(
  workspaces: ReadonlyMap<StackName, Workspace>,
  config: Config,
  organization: string,
): Problem[] {
  const missing = STACKS.filter((stack) => !workspaces.has(stack));
  if (missing.length === 0) return [];
  const names = missing.map((stack) => workspaceName(config, stack)).join(", ");
  return [
    {
      problem: `${organization} has no ${names}: Terraform would create them without the execution mode and state sharing that the stacks need`,
      fix: SET_UP,
    },
  ];
}

/** A workspace connected to a repository refuses runs from this machine. */
function repositoryProblem({ name, hasRepository }: Workspace): Problem[] {
  if (!hasRepository) return [];
  return [
    {
      problem: `${name} is connected to a repository and accepts no runs from here: "Apply not allowed for workspaces with a VCS connection"`,
      fix: `disconnect it: Settings, Version Control of ${name}`,
    },
  ];
}

function engineProblem(images: Workspace | undefined): Problem[] {
  if (!images || images.executionMode === "local") return [];
  return [
    {
      problem: `${images.name} has the execution mode ${images.executionMode}, which has no container engine to build with: "error pinging docker server"`,
      fix: SET_UP,
    },
  ];
}

/** A run in HCP Terraform would look for the local AWS on its own machine. */
function remoteProblem({ name, executionMode }: Workspace): Problem[] {
  if (executionMode === "local") return [];
  return [
    {
      problem: `${name} has the execution mode ${executionMode}, but a run in HCP Terraform cannot reach the local AWS on this machine`,
      fix: `set the execution mode to local: Settings, General of ${name}; npx platform hcp does it for all three`,
    },
  ];
}

/** A local run reads states with the caller's token; a remote run reads only shared states. */
async function sharingProblems(
  api: HcpApi,
  workspaces: ReadonlyMap<StackName, Workspace>,
): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const [stack, producer] of workspaces) {
    for (const consumer of STATE_READERS[stack].flatMap((name) => workspaces.get(name) ?? [])) {
      if (consumer.executionMode === "local") continue;
      if (producer.sharesWithAll || (await consumersOf(producer, api)).includes(consumer.id))
        continue;
      problems.push({
        problem: `${producer.name} does not share its state with ${consumer.name}, whose run would fail with "Unable to find remote state"`,
        fix: SET_UP,
      });
    }
  }
  return problems;
}

function oneProblem(problem: Problem): CheckResult {
  return { problems: [problem] };
}
