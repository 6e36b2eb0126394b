import { lastPart } from "../diagnosis/log-stream";
import { Refusal } from "../terminal/refusal";
import type { DeployedRevision } from "./deployed-revisions";

/** What a rollback leaves, and what it may go back to. */
export interface Choice {
  readonly service: string;
  readonly suffix: string;
  /** The ARN of the task definition of the present deployment, complete or not. */
  readonly current: string;
  /** The last deployed first. */
  readonly deployed: readonly DeployedRevision[];
}

/**
 * The revision to go back to: the one that was deployed with success last, besides the present one, or the
 * one with the wanted number.
 *
 * @throws Refusal with those that there are
 */
export function chosenRevision(choice: Choice, wanted: number | undefined): DeployedRevision {
  const { service, suffix, current } = choice;
  const earlier = choice.deployed.filter(({ taskDefinition }) => taskDefinition !== current);
  if (wanted !== undefined && numberOf(current) === wanted) {
    throw new Refusal(
      `${service} already has the revision ${wanted}.`,
      `npx platform restart ${suffix} ${service} replaces its tasks; ${listed(earlier)}`,
    );
  }
  const found = earlier.find(
    ({ taskDefinition }) => wanted === undefined || numberOf(taskDefinition) === wanted,
  );
  if (found) return found;
  throw new Refusal(
    wanted === undefined
      ? `${service} has no earlier revision that ECS knows to have been deployed with success.`
      : `ECS does not know the revision ${wanted} of ${service} to have been deployed with success.`,
    earlier.length === 0
      ? `Revert the commit, then npx platform deploy ${suffix}. ECS knows ${lastPart(current)} alone.`
      : `Choose one with --to: ${listed(earlier)}`,
  );
}

/** So many other revisions are named beside a failure; a refusal lists all. */
const NAMED = 5;

/** Where to go if tasks of the chosen revision fail, which the same rollback would choose again. */
export function otherRevisions(choice: Choice, chosen: DeployedRevision): string {
  const { service, suffix, current, deployed } = choice;
  const others = deployed.filter(
    ({ taskDefinition }) => taskDefinition !== current && taskDefinition !== chosen.taskDefinition,
  );
  const mend = `npx platform deploy ${suffix} deploys what the commit says.`;
  return others.length === 0
    ? `The same rollback would fail again, and there is no other revision to go back to. ${mend}`
    : `The same rollback would fail again. npx platform rollback ${suffix} ${service} --to N takes another revision: ${listed(others.slice(0, NAMED))}. ${mend}`;
}

/** `4 (deployed 2026-11-30T10:00:00Z), 3`, for messages. */
function listed(revisions: readonly DeployedRevision[]): string {
  if (revisions.length === 0) return "no other revision has been deployed with success";
  return revisions
    .map(({ taskDefinition, deployedAt }) => {
      const time = deployedAt ? ` (deployed ${deployedAt.toISOString().slice(0, 19)}Z)` : "";
      return `${numberOf(taskDefinition)}${time}`;
    })
    .join(", ");
}

/** The number at the end of a revision's ARN. */
function numberOf(taskDefinition: string): number {
  return Number(taskDefinition.split(":").at(-1));
}
