import { UpdateServiceCommand } from "@aws-sdk/client-ecs";
import { resourceName } from "../../spec/names";
import { specOf } from "../../spec/service/spec";
import { hasName, isDenied, isThrottled, wasAnswered, wordsOf } from "../target/aws-error";
import { notDeployed } from "../tasks/deployed-task";
import { Interrupted } from "../terminal/interruption";
import { Failure } from "../terminal/run";
import { type Change, NOT_DEPLOYED, type Rollout } from "./rollout";
import { waitUntilComplete } from "./rollout-wait";

/**
 * Makes ECS replace a service's tasks, one by one and only by healthy ones, and waits until it reports that
 * as complete. The number of tasks stays with autoscaling.
 *
 * @throws Refusal if the service is not deployed, Interrupted after Ctrl-C, which changes nothing before ECS is
 * asked and ends only the wait afterwards, Failure with the reason if ECS refuses, and as the wait does
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html
 */
export async function rollOut(rollout: Rollout, change: Change): Promise<void> {
  if (rollout.signal.aborted) throw new Interrupted(`interrupted; ${change.unchanged}`);
  await waitUntilComplete(await startDeployment(rollout, change), rollout, change.elsewhere);
}

/** The ID of the new deployment. */
async function startDeployment(rollout: Rollout, change: Change): Promise<string> {
  const { service, config, services, clients } = rollout;
  const names = { cluster: resourceName(config), service: resourceName(config, service) };
  try {
    const { service: updated } = await clients.ecs.send(
      new UpdateServiceCommand({ ...names, ...change.update }),
    );
    const primary = updated?.deployments?.find(({ status }) => status === "PRIMARY");
    return primary?.id ?? "unknown";
  } catch (error) {
    if (hasName(error, ...NOT_DEPLOYED))
      throw notDeployed({ service, config, spec: specOf(service, services) });
    throw new Failure([
      `${service} could not be updated: ${wordsOf(error)}`,
      whatNow(error, change, config.suffix),
    ]);
  }
}

/** An error without an answer may have reached ECS. */
function whatNow(error: unknown, { unchanged, policies }: Change, suffix: string): string {
  if (isDenied(error)) {
    return `→ The caller needs ecs:UpdateService and ecs:DescribeServices; the policies are in ${policies}. Until then ${unchanged}.`;
  }
  if (!wasAnswered(error)) {
    return `→ No answer came, so ECS may replace the tasks all the same: npx platform status ${suffix} shows it. If not, ${unchanged}; run the command again.`;
  }
  const again = isThrottled(error) ? " Run the command again." : "";
  return `→ ECS has refused it; ${unchanged}.${again}`;
}
