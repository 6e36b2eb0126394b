import {
  type Deployment,
  DescribeServicesCommand,
  type ECSClient,
  UpdateServiceCommand,
} from "@aws-sdk/client-ecs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Config } from "../../spec/config";
import { ROLLOUT_POLL_SECONDS, deploymentMinutes } from "../../spec/limits";
import { resourceName } from "../../spec/names";
import { rolloutOf } from "../../spec/service/kinds";
import { type Services, specOf } from "../../spec/service/spec";
import { hasName, isDenied, wordsOf } from "../target/aws-error";
import { Interrupted } from "../terminal/interruption";
import { Failure } from "../terminal/run";

/** ECS's words for a service that is not deployed. */
const NOT_DEPLOYED = [
  "ClusterNotFoundException",
  "ServiceNotFoundException",
  "ServiceNotActiveException",
];

export interface RestartProps {
  readonly ecs: ECSClient;
  readonly config: Config;
  readonly services: Services;
  readonly signal: AbortSignal;
}

/**
 * Makes ECS replace a service's tasks, one by one and only by healthy ones, with the same revision. New
 * tasks get the secrets as they are now.
 *
 * @returns what came of it
 * @throws Failure if ECS refuses, gives the new tasks up, or takes longer than a deployment may
 */
export async function restart(service: string, props: RestartProps): Promise<string> {
  const spec = specOf(service, props.services);
  if (spec.schedule !== undefined) return `${service} is a job: its next run has the secret.`;
  const id = await startDeployment(service, props);
  if (id === undefined)
    return `${service} is not deployed; its first deployment starts with the secret.`;
  const minutes = deploymentMinutes(rolloutOf(spec));
  const ends = Date.now() + minutes * 60_000;
  for (;;) {
    if (props.signal.aborted) {
      throw new Interrupted("interrupted; the secret is set, and ECS goes on replacing the tasks");
    }
    const deployment = (await deploymentsOf(service, props)).find((each) => each.id === id);
    if (deployment?.rolloutState === "COMPLETED") return `${service} runs with the secret.`;
    if (!deployment || deployment.rolloutState === "FAILED") {
      throw notHealthy(
        service,
        props,
        deployment?.rolloutStateReason ?? "another deployment took over",
      );
    }
    if (Date.now() > ends)
      throw notHealthy(service, props, `not complete after ${minutes} minutes`);
    await sleep(ROLLOUT_POLL_SECONDS * 1000);
  }
}

/** The new deployment's ID; `undefined` for a service that is not deployed. */
async function startDeployment(service: string, props: RestartProps): Promise<string | undefined> {
  const { ecs, config } = props;
  try {
    const { service: updated } = await ecs.send(
      new UpdateServiceCommand({
        cluster: resourceName(config),
        service: resourceName(config, service),
        forceNewDeployment: true,
      }),
    );
    return updated?.deployments?.find(({ status }) => status === "PRIMARY")?.id;
  } catch (error) {
    if (hasName(error, ...NOT_DEPLOYED)) return undefined;
    throw new Failure([
      `The secret is set, but ${service} could not be restarted: ${wordsOf(error)}`,
      isDenied(error)
        ? "→ The caller needs ecs:UpdateService and ecs:DescribeServices; the policy is in docs/secrets.md."
        : "→ Its tasks have the new value once they are replaced: run the command again, or deploy.",
    ]);
  }
}

async function deploymentsOf(
  service: string,
  { ecs, config }: RestartProps,
): Promise<Deployment[]> {
  const { services = [] } = await ecs.send(
    new DescribeServicesCommand({
      cluster: resourceName(config),
      services: [resourceName(config, service)],
    }),
  );
  return services.flatMap(({ deployments = [] }) => deployments);
}

function notHealthy(service: string, { config }: RestartProps, reason: string): Failure {
  return new Failure([
    `The secret is set, but ${service} did not become healthy with it: ${reason}`,
    `→ Its former tasks still serve; npx platform diagnose ${config.suffix} ${service} shows why.`,
  ]);
}
