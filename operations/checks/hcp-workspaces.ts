import { STACKS, type StackName } from "../terraform/terraform-stack";
import { STATE_READERS, workspaceName } from "../../stacks/options/backend";
import type { CloudState } from "../../spec/variables/backend";
import type { Config } from "../../spec/config";
import { wordsOf } from "../target/aws-error";
import { type Check, type CheckResult, type Problem, resultOf } from "./check";
import { type HcpApi, createHcpApi } from "./hcp-api";
import { readToken, tokenVariable } from "./hcp-token";
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
    const token = readToken(hostname);
    if (!token) {
      return oneProblem({
        problem: `there is no token for ${hostname}: \`terraform init\` would fail with "Required token could not be found"`,
        fix: `terraform login ${hostname}, or export ${tokenVariable(hostname)}=…`,
      });
    }
    return await checkWorkspaces(
      createHcpApi(`https://${hostname}/api/v2`, token),
      config,
      backend,
    );
  },
};

/** Checks the organization and each workspace. Terraform would create a missing one with wrong settings. */
export async function checkWorkspaces(
  api: HcpApi,
  config: Config,
  backend: CloudState,
): Promise<CheckResult> {
  const { hostname, organization } = backend;
  const unreachable = await organizationProblem(api, backend);
  if (unreachable) return oneProblem(unreachable);
  const workspaces = new Map<StackName, Workspace>();
  for (const stack of STACKS) {
    const name = workspaceName(config, stack);
    const workspace = await readWorkspace(api, organization, name);
    if (workspace) workspaces.set(stack, workspace);
  }
  const problems = [
    ...missingProblems(workspaces, config, organization),
    ...[...workspaces.values()].flatMap(repositoryProblem),
    ...engineProblem(workspaces.get("images")),
    ...(await sharingProblems(api, workspaces)),
  ];
  const modes = [...workspaces.values()].map(
    ({ name, executionMode }) => `${name} (${executionMode})`,
  );
  return resultOf(`${organization} at ${hostname}: ${modes.join(", ")}`, problems);
}

async function organizationProblem(
  api: HcpApi,
  { hostname, organization }: CloudState,
): Promise<Problem | undefined> {
  const status = await api.get(`/organizations/${organization}`).then(
    (answer) => answer.status,
    (error: unknown) => wordsOf(error),
  );
  if (status === 200) return undefined;
  if (status === 401) {
    return {
      problem: `${hostname} does not accept the token`,
      fix: `terraform login ${hostname}, or correct ${tokenVariable(hostname)}`,
    };
  }
  if (status === 404) {
    return {
      problem: `${hostname} has no organization ${organization} that the token can see`,
      fix: "correct PLATFORM_HCP_ORGANIZATION, or use a member's token",
    };
  }
  return {
    problem: `${hostname} does not answer as HCP Terraform does (${status})`,
    fix: "check the network, the proxy and PLATFORM_HCP_HOSTNAME",
  };
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
