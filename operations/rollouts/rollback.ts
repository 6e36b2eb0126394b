import { type Deployment, DescribeServicesCommand } from "@aws-sdk/client-ecs";
import { resourceName } from "../../spec/names";
import { specOf } from "../../spec/service/spec";
import { lastPart } from "../diagnosis/log-stream";
import { deploymentStatus } from "../status/service-status";
import { hasName } from "../target/aws-error";
import type { ClientSettings } from "../target/clients";
import { notDeployed } from "../tasks/deployed-task";
import { Interrupted } from "../terminal/interruption";
import { Refusal } from "../terminal/refusal";
import { chosenRevision, otherRevisions } from "./chosen-revision";
import { deployedRevisions } from "./deployed-revisions";
import { registerCopy } from "./registered-copy";
import { type Version, currentVersion, versionOf } from "./rolled-back-version";
import { type Change, NOT_DEPLOYED, type Rollout } from "./rollout";
import { rollOut } from "./service-update";
import { usableRevision } from "./usable-revision";

/** A rollback of one service. */
export interface Rollback extends Rollout {
  readonly clientSettings: ClientSettings;
  /** The number of the revision to go back to. @default the one that was deployed with success before */
  readonly to: number | undefined;
}

/** What a rollback has put in the place of what. */
export interface RolledBack {
  readonly from: Version;
  readonly to: Version;
}

/**
 * Puts an earlier revision of a service's task definition in the place of the present one, which may still be
 * rolling out, and waits until its tasks are healthy. Everything is checked before anything changes.
 * Terraform's state stays as it is, so the next plan shows `task_definition` and the next deployment deploys
 * what the commit says.
 *
 * @throws Refusal for a job, for a service that is not deployed, and if there is no revision to go back to or
 * its tasks could not start; Failure and Interrupted as `rollOut` does
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html
 */
export async function rollBack(rollback: Rollback): Promise<RolledBack> {
  const { service, config, services, clients, signal, report, to } = rollback;
  if (specOf(service, services).schedule !== undefined) {
    throw new Refusal(
      `${service} is a job: nothing of it runs that could be rolled back.`,
      `Revert the commit, then npx platform deploy ${config.suffix}: the next run takes what is deployed.`,
    );
  }
  const { current, deployments, deployed } = await readRevisions(rollback);
  if (to === undefined) refuseWhileRollingBack(deployments, rollback);
  const choice = { service, suffix: config.suffix, current, deployed };
  const chosen = chosenRevision(choice, to);
  const { taskDefinition } = chosen;
  report(`checking ${lastPart(taskDefinition)}`);
  const [usable, from] = await Promise.all([
    usableRevision(taskDefinition, rollback),
    currentVersion(current, service, clients),
  ]);
  if (signal.aborted) throw new Interrupted("interrupted; nothing was changed");
  const isActive = usable.revision.status === "ACTIVE";
  const arn = isActive
    ? taskDefinition
    : await registerCopy(usable.revision, usable.tags, config, clients.ecs);
  await rollOut(rollback, changeTo(arn, !isActive, otherRevisions(choice, chosen)));
  return { from, to: versionOf(arn, service, usable.images) };
}

function changeTo(taskDefinition: string, isCopy: boolean, elsewhere: string): Change {
  return {
    update: { taskDefinition },
    unchanged: isCopy
      ? `the service is unchanged, and ${lastPart(taskDefinition)}, the copy of the earlier revision, is left for the next deployment to deregister`
      : "nothing was changed",
    policies: "docs/operating.md",
    elsewhere,
  };
}

/** The present revision is then the earlier one, so the one before it would be two versions back. */
function refuseWhileRollingBack(
  deployments: readonly Deployment[],
  { service, config }: Rollback,
): void {
  const { state, reason } = deploymentStatus(deployments);
  if (state !== "rolling back") return;
  throw new Refusal(
    `ECS itself is rolling ${service} back${reason ? `: ${reason}` : "."}`,
    `npx platform status ${config.suffix} --watch shows when it is done. --to goes back to another revision now.`,
  );
}

async function readRevisions({ service, config, services, clients }: Rollback) {
  const place = { service, config, spec: specOf(service, services) };
  const names = { cluster: resourceName(config), services: [resourceName(config, service)] };
  try {
    const { services: found = [] } = await clients.ecs.send(new DescribeServicesCommand(names));
    const deployments = found
      .filter(({ status }) => status === "ACTIVE")
      .flatMap((each) => each.deployments ?? []);
    const current = deployments.find(({ status }) => status === "PRIMARY")?.taskDefinition;
    if (current === undefined) throw notDeployed(place);
    const deployed = await deployedRevisions(service, deployments, config, clients.ecs);
    return { current, deployments, deployed };
  } catch (error) {
    throw hasName(error, ...NOT_DEPLOYED) ? notDeployed(place) : error;
  }
}
