import { type Deployment, DescribeServicesCommand } from "@aws-sdk/client-ecs";
import { setTimeout as sleep } from "node:timers/promises";
import { ROLLOUT_POLL_SECONDS, deploymentMinutes } from "../../spec/limits";
import { resourceName } from "../../spec/names";
import { rolloutOf } from "../../spec/service/kinds";
import { specOf } from "../../spec/service/spec";
import { lastPart } from "../diagnosis/log-stream";
import { wordsOf } from "../target/aws-error";
import { Interrupted } from "../terminal/interruption";
import { Failure } from "../terminal/run";
import type { Rollout } from "./rollout";
import { reasonOf } from "./rollout-failure";

/** ECS may not list a deployment at once: so many looks may miss a new one. */
const LOOKS_BEFORE_LISTED = 4;

/**
 * Waits until ECS reports a deployment as complete, at most as long as a deployment of the service may take. A
 * look that fails, as when AWS throttles or the network is lost, is reported, and the wait goes on.
 *
 * @param elsewhere where a rollback may go whose version fails as well; `undefined` for a restart
 * @throws Interrupted after Ctrl-C; Failure with the reason if ECS gives the new tasks up, another deployment
 * takes over, or the time is over
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Deployment.html
 */
export async function waitUntilComplete(
  id: string,
  rollout: Rollout,
  elsewhere: string | undefined,
): Promise<void> {
  const { service, services, signal, report } = rollout;
  const minutes = deploymentMinutes(rolloutOf(specOf(service, services)));
  const ends = Date.now() + minutes * 60_000;
  let missesLeft = LOOKS_BEFORE_LISTED;
  for (;;) {
    if (signal.aborted) throw new Interrupted("interrupted; ECS goes on replacing the tasks");
    const listed = await deploymentsOf(rollout).catch(wordsOf);
    if (typeof listed === "string") report(`ECS could not be asked, trying again: ${listed}`);
    else {
      const deployment = listed.find((each) => each.id === id);
      if (deployment?.rolloutState === "COMPLETED") return;
      if (deployment?.rolloutState === "FAILED") {
        throw await notHealthy(rollout, deployment, listed, elsewhere);
      }
      if (!deployment && missesLeft === 0) throw await tookOver(rollout, listed, elsewhere);
      missesLeft = deployment ? 0 : missesLeft - 1;
      if (deployment) report(progressOf(service, deployment));
    }
    if (Date.now() > ends) throw await notComplete(rollout, minutes, elsewhere);
    await sleep(ROLLOUT_POLL_SECONDS * 1000, undefined, { signal }).catch(() => undefined);
  }
}

async function deploymentsOf({ service, config, clients }: Rollout): Promise<Deployment[]> {
  const { services = [] } = await clients.ecs.send(
    new DescribeServicesCommand({
      cluster: resourceName(config),
      services: [resourceName(config, service)],
    }),
  );
  return services.flatMap(({ deployments = [] }) => deployments);
}

function progressOf(
  service: string,
  { runningCount = 0, desiredCount = 0, pendingCount = 0 }: Deployment,
): string {
  return `${service}: ${runningCount} of ${desiredCount} new tasks run, ${pendingCount} start`;
}

async function notHealthy(
  rollout: Rollout,
  failed: Deployment,
  listed: readonly Deployment[],
  elsewhere: string | undefined,
): Promise<Failure> {
  const { service, config, clients } = rollout;
  const others = listed.filter(({ id, runningCount = 0 }) => id !== failed.id && runningCount > 0);
  const revisions = [...new Set(others.map(({ taskDefinition = "" }) => lastPart(taskDefinition)))];
  const serving =
    revisions.length > 0
      ? `Tasks of ${revisions.join(" and ")} still run`
      : `No other task of ${service} runs`;
  return new Failure([
    `${service} did not become healthy: ${failed.rolloutStateReason ?? "ECS gives no reason"}`,
    ...(await reasonOf(service, rollout, clients)),
    `→ ${serving}; npx platform diagnose ${config.suffix} ${service} shows this again.`,
    ...(elsewhere === undefined ? [] : [`  ${elsewhere}`]),
  ]);
}

/** Of somebody else, or of ECS, which rolls a failed deployment back and says so with the one that it starts. */
async function tookOver(
  rollout: Rollout,
  listed: readonly Deployment[],
  elsewhere: string | undefined,
): Promise<Failure> {
  const { service, config, clients } = rollout;
  const primary = listed.find(({ status }) => status === "PRIMARY");
  const words = primary?.rolloutStateReason ?? "";
  return new Failure([
    `${service}: another deployment took over before this one was complete${words && `: ${words}`}`,
    ...(await reasonOf(service, rollout, clients)),
    `→ npx platform status ${config.suffix} shows which version runs.`,
    ...(elsewhere !== undefined && /rolling back/.test(words) ? [`  ${elsewhere}`] : []),
  ]);
}

async function notComplete(
  rollout: Rollout,
  minutes: number,
  elsewhere: string | undefined,
): Promise<Failure> {
  const { service, config, clients } = rollout;
  return new Failure([
    `${service}: its deployment is not known to be complete after ${minutes} minutes`,
    ...(await reasonOf(service, rollout, clients)),
    `→ ECS goes on with it; npx platform status ${config.suffix} --watch shows how it ends.`,
    ...(elsewhere !== undefined
      ? ["  Do not repeat the rollback: a second one would return to the newer version."]
      : []),
  ]);
}
