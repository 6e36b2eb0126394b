import { GetPolicyCommand, GetPolicyVersionCommand, type IAMClient } from "@aws-sdk/client-iam";
import type { Permission } from "../../spec/service/permissions";
import type { Services } from "../../spec/service/spec";
import { isDenied } from "../target/aws-error";
import { type Check, type Problem, resultOf } from "./check";
import { contains, overlap } from "./pattern";

/** One action on one resource, as a service's `permissions` name them. */
interface Wish {
  readonly service: string;
  readonly action: string;
  readonly resource: string;
}

/** A statement of the boundary that allows something. */
interface Allowance {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

/**
 * Checks that the boundary of the tasks' roles allows what the catalogue permits: what is outside would be
 * denied to the tasks, without a word in the deployment. Statements that exclude or deny something are
 * taken for what they may allow at most, so that nothing is refused that AWS could allow.
 */
export const permissionsBoundary: Check = {
  title: "Permissions boundary",
  run: async ({ clients, config, services }) => {
    const { permissionsBoundary: arn, region } = config;
    const wishes = wishesOf(services);
    if (arn === undefined) return { found: "none, so that the tasks' own policies decide" };
    if (wishes.length === 0) return { found: "no service has permissions of its own" };
    try {
      const boundary = await allowancesOf(clients.iam, arn);
      const placed = wishes.map((wish) => ({
        ...wish,
        place: placeOf(wish.resource, arn, region),
      }));
      const outside = placed.filter(
        ({ action, place }) => !isAllowed(action, place, boundary, overlap),
      );
      const partly = placed.filter(
        ({ action, place }) => !isAllowed(action, place, boundary, contains),
      );
      const note = partly.length > 0 ? `, but only a part of ${partly.map(textOf).join("; ")}` : "";
      return resultOf(
        `it allows what the catalogue permits${note}`,
        outside.map((wish) => problemOf(wish, arn)),
      );
    } catch (error) {
      if (!isDenied(error)) throw error;
      return {
        found: `unknown, as the caller lacks iam:GetPolicy and iam:GetPolicyVersion; AWS denies to tasks what ${arn} does not allow`,
      };
    }
  },
};

function wishesOf(services: Services): Wish[] {
  return Object.entries(services).flatMap(([service, { permissions = [] }]) =>
    permissions.flatMap(({ actions, resources }: Permission) =>
      actions.flatMap((action) => resources.map((resource) => ({ service, action, resource }))),
    ),
  );
}

async function allowancesOf(client: IAMClient, arn: string): Promise<Allowance[]> {
  const { Policy } = await client.send(new GetPolicyCommand({ PolicyArn: arn }));
  const { PolicyVersion } = await client.send(
    new GetPolicyVersionCommand({ PolicyArn: arn, VersionId: Policy?.DefaultVersionId }),
  );
  const text = decodeURIComponent(PolicyVersion?.Document ?? "%7B%7D");
  // IAM accepts no other document.
  const { Statement = [] } = JSON.parse(text) as { Statement?: Statement | Statement[] };
  return [Statement]
    .flat()
    .filter(({ Effect }) => Effect === "Allow")
    .map(({ Action, Resource }) => ({
      actions: Action === undefined ? ["*"] : [Action].flat(),
      resources: Resource === undefined ? ["*"] : [Resource].flat(),
    }));
}

interface Statement {
  readonly Effect: string;
  /** Not there in a statement with `NotAction`. */
  readonly Action?: string | string[];
  readonly Resource?: string | string[];
}

function isAllowed(
  action: string,
  resource: string,
  boundary: readonly Allowance[],
  compare: (allowed: string, wished: string) => boolean,
): boolean {
  return boundary.some(
    ({ actions, resources }) =>
      // AWS compares the names of actions without regard to capitals.
      actions.some((each) => compare(each.toLowerCase(), action.toLowerCase())) &&
      resources.some((each) => compare(each, resource)),
  );
}

/** The ARN in the environment's own region and account, where the catalogue leaves them open. */
function placeOf(resource: string, boundary: string, ownRegion: string): string {
  const [start, partition, service, region, account, ...rest] = resource.split(":");
  if (start !== "arn") return resource;
  return [
    start,
    partition,
    service,
    region === "*" ? ownRegion : region,
    account === "*" ? boundary.split(":")[4] : account,
    ...rest,
  ].join(":");
}

function textOf({ service, action, resource }: Wish): string {
  return `${service}'s ${action} on ${resource}`;
}

function problemOf(wish: Wish, boundary: string): Problem {
  return {
    problem: `the permissions boundary ${boundary} does not allow ${textOf(wish)}, so AWS would deny it to the tasks`,
    fix: "an administrator adds it to SETUP_TASK_PERMISSIONS and runs `npx platform setup` (docs/additions.md), or remove it from permissions",
  };
}
