import {
  DescribeServicesCommand,
  DescribeTasksCommand,
  type ECSClient,
  ListTasksCommand,
} from "@aws-sdk/client-ecs";
import type Docker from "dockerode";
import type { Config } from "../stacks/config";
import { resourceName } from "../stacks/names";
import { failedProbes } from "./probes";
import type { StackFailure } from "./terraform-stack";

export interface FailureContext {
  readonly docker: Docker;
  readonly ecs: ECSClient;
  readonly services: readonly string[];
  readonly config: Config;
}

/** Says why a stack failed: the cause first, in the container's own words, Terraform's after it. */
export async function explainFailure(
  failure: StackFailure,
  context: FailureContext,
): Promise<string[]> {
  const causes =
    failure.stackName === "images"
      ? await explainProbes(context)
      : failure.stackName === "platform"
        ? await explainServices(context)
        : [];
  const untouched =
    failure.stackName === "images"
      ? ["Nothing was pushed for these services, and the platform is untouched."]
      : [];
  return [
    `${failure.stackName} failed.`,
    ...causes,
    ...untouched,
    "Terraform said:",
    ...failure.errors,
  ];
}

async function explainProbes({ docker, config }: FailureContext): Promise<string[]> {
  const probes = await failedProbes(docker, config);
  return probes.flatMap(({ name, state, log }) => [
    `${name} ${state}. Its last lines:`,
    ...(log.length > 0 ? log.map((line) => `  | ${line}`) : ["  | (it has written nothing)"]),
  ]);
}

async function explainServices({ ecs, services, config }: FailureContext): Promise<string[]> {
  const cluster = resourceName(config);
  const explained = await Promise.all(
    services.map(async (service) => {
      const serviceName = resourceName(config, service);
      const [{ services: [found] = [] }, { taskArns = [] }] = await Promise.all([
        ecs.send(new DescribeServicesCommand({ cluster, services: [serviceName] })),
        ecs.send(new ListTasksCommand({ cluster, serviceName, desiredStatus: "STOPPED" })),
      ]);
      const { tasks = [] } =
        taskArns.length === 0
          ? {}
          : await ecs.send(new DescribeTasksCommand({ cluster, tasks: taskArns.slice(0, 5) }));
      const reasons = tasks.map(({ stoppedReason }) => `  stopped task: ${stoppedReason ?? "?"}`);
      const events = (found?.events ?? []).slice(0, 3).map(({ message }) => `  ${message ?? ""}`);
      return reasons.length > 0 ? [`${service}:`, ...new Set(reasons), ...events] : [];
    }),
  );
  return explained.flat();
}
