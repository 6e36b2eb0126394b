import {
  type Deployment,
  DescribeServicesCommand,
  UpdateServiceCommand,
} from "@aws-sdk/client-ecs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Config } from "../../spec/config";
import { ROLLOUT_POLL_SECONDS, deploymentMinutes } from "../../spec/limits";
import { resourceName } from "../../spec/names";
import { rolloutOf } from "../../spec/service/kinds";
import { type Services, specOf } from "../../spec/service/spec";
import { hasName, isDenied, wordsOf } from "../target/aws-error";
import type { Clients } from "../target/clients";
import { notDeployed } from "../tasks/deployed-task";
import { Interrupted } from "../terminal/interruption";
import type { Report } from "../terminal/refusal";
import { Failure } from "../terminal/run";
import { reasonOf } from "./rollout-failure";

/** A service whose tasks ECS replaces, and how the person at the terminal follows that. */
export interface Rollout {
  readonly service: string;
  readonly config: Config;
  readonly services: Services;
  readonly clients: Clients;
  readonly signal: AbortSignal;
  readonly report: Report;
}

/** The new tasks: of the revision that is deployed, or of another one. */
export type Change = { readonly forceNewDeployment: true } | { readonly taskDefinition: string };

/** ECS's words for a service that is not deployed. */
export const NOT_DEPLOYED = [
  "ClusterNotFoundException",
  "ServiceNotFoundException",
  "ServiceNotActiveException",
] as const;

/**
 * Makes ECS replace a service's tasks, one by one and only by healthy ones, and waits until it reports that
 * as complete: at most as long as a deployment of the service may take. The number of tasks stays with
 * autoscaling.
 *
 * @throws Refusal if the service is not deployed, Interrupted after Ctrl-C, Failure with the reason if ECS
 * refuses, gives the new tasks up, or takes too long
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html
 */
export async function rollOut(rollout: Rollout, change: Change): Promise<void> {
  const { service, services, signal, report } = rollout;
  const id = await start(rollout, change);
  const minutes = deploymentMinutes(rolloutOf(specOf(service, services)));
  const ends = Date.now() + minutes * 60_000;
  for (;;) {
    if (signal.aborted) throw new Interrupted("interrupted; ECS goes on replacing the tasks");
    const deployment = (await deploymentsOf(rollout)).find((each) => each.id === id);
    if (deployment?.rolloutState === "COMPLETED") return;
    if (!deployment || deployment.rolloutState === "FAILED") {
      const reason = deployment?.rolloutStateReason ?? "another deployment took over";
      throw await notHealthy(rollout, reason);
    }
    if (Date.now() > ends) throw await notHealthy(rollout, `not complete after ${minutes} minutes`);
    report(progressOf(service, deployment));
    await sleep(ROLLOUT_POLL_SECONDS * 1000, undefined, { signal }).catch(() => undefined);
  }
}

/** The ID of the new deployment. */
async function start(rollout: Rollout, change: Change): Promise<string> {
  const { service, config, services, clients } = rollout;
  const names = { cluster: resourceName(config), service: resourceName(config, service) };
  try {
    const { service: updated } = await clients.ecs.send(
      new UpdateServiceCommand({ ...names, ...change }),
    );
    const primary = updated?.deployments?.find(({ status }) => status === "PRIMARY");
    return primary?.id ?? "unknown";
  } catch (error) {
    if (hasName(error, ...NOT_DEPLOYED))
      throw notDeployed({ service, config, spec: specOf(service, services) });
    throw new Failure([
      `${service} could not be updated: ${wordsOf(error)}`,
      isDenied(error)
        ? "→ The caller needs ecs:UpdateService and ecs:DescribeServices; the policies are in docs/operating.md."
        : "→ Nothing was changed. Run the command again.",
    ]);
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

async function notHealthy(rollout: Rollout, reason: string): Promise<Failure> {
  const { service, config, clients } = rollout;
  return new Failure([
    `${service} did not become healthy: ${reason}`,
    ...(await reasonOf(service, rollout, clients)),
    `→ Its former tasks still serve; npx platform diagnose ${config.suffix} ${service} shows this again.`,
  ]);
}
