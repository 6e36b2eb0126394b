import type { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { DescribeServicesCommand, type ECSClient } from "@aws-sdk/client-ecs";
import type Docker from "dockerode";
import type { Config } from "../stacks/config";
import { resourceName } from "../stacks/names";
import { describeProbe } from "./probes";
import { readableAddress } from "./stack-progress";
import { readStoppedTask } from "./stopped-task";
import type { StackFailure } from "./terraform-stack";

export interface FailureContext {
  readonly docker: Docker;
  readonly ecs: ECSClient;
  readonly logs: CloudWatchLogsClient;
  readonly services: readonly string[];
  readonly config: Config;
}

/** Says why a stack failed: the cause first, in the container's own words, Terraform's after it. */
export async function explainFailure(
  failure: StackFailure,
  context: FailureContext,
): Promise<string[]> {
  const { stackName, errors } = failure;
  const concerned = context.services.filter((service) => concerns(failure, service));
  const explain = { registry: undefined, images: explainProbe, platform: explainService }[
    stackName
  ];
  const causes = explain
    ? await Promise.all(concerned.map((service) => explain(service, failure, context)))
    : [];
  return [`${stackName} failed.`, ...causes.flat(), "Terraform said:", ...errors];
}

/** Whether a resource of the service failed, or an error names the service. */
function concerns({ failed, errors }: StackFailure, service: string): boolean {
  const scopes = [`images_${service}_`, `services_${service}_`];
  return (
    failed.some((address) =>
      scopes.some((scope) => readableAddress(address).name.startsWith(scope)),
    ) || errors.some((error) => error.includes(`${service} was rolled back`))
  );
}

async function explainProbe(
  service: string,
  { failed }: StackFailure,
  { docker, config }: FailureContext,
): Promise<string[]> {
  const outcome = `${service} was not pushed; the platform is untouched.`;
  if (!failed.some((address) => address.startsWith(`docker_container.images_${service}_`))) {
    return [outcome];
  }
  const { name, state, log } = await describeProbe(docker, resourceName(config, service, "probe"));
  return [`${name} ${state}. Its last lines:`, ...quoted(log), outcome];
}

async function explainService(
  service: string,
  _: StackFailure,
  { ecs, logs, config }: FailureContext,
): Promise<string[]> {
  const cluster = resourceName(config);
  const serviceName = resourceName(config, service);
  const [task, { services: [found] = [] }] = await Promise.all([
    readStoppedTask({ ecs, logs }, { cluster, serviceName }),
    ecs.send(new DescribeServicesCommand({ cluster, services: [serviceName] })),
  ]);
  const events = (found?.events ?? []).slice(0, 3).map(({ message }) => `  ${message ?? ""}`);
  if (!task) return [`${service}: no task of it has failed lately.`, ...events];
  return [
    `${service}: ${task.container}. Its last lines:`,
    ...quoted(task.log),
    `  stopped task: ${task.reason}`,
    ...events,
  ];
}

function quoted(log: readonly string[]): string[] {
  return log.length > 0 ? log.map((line) => `  | ${line}`) : ["  | (it has written nothing)"];
}
