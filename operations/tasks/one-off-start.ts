import {
  DeregisterTaskDefinitionCommand,
  DescribeTaskDefinitionCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  type RunTaskCommandInput,
  type Task,
  type TaskDefinition,
} from "@aws-sdk/client-ecs";
import { resourceName } from "../../spec/names";
import { hasName, wordsOf } from "../target/aws-error";
import type { Clients } from "../target/clients";
import type { Report } from "../terminal/refusal";
import { Failure } from "../terminal/run";
import type { DeployedTask } from "./deployed-task";
import { type OneOff, STARTED_BY } from "./one-off";
import { oneOffDefinition } from "./one-off-definition";

/** Registers the task definition of a command. */
export async function register(
  oneOff: OneOff,
  { taskDefinition: arn }: DeployedTask,
  { ecs }: Clients,
): Promise<TaskDefinition> {
  const { taskDefinition: deployed = {} } = await ecs.send(
    new DescribeTaskDefinitionCommand({ taskDefinition: arn }),
  );
  const { taskDefinition = {} } = await ecs.send(
    new RegisterTaskDefinitionCommand(oneOffDefinition(deployed, oneOff)),
  );
  return taskDefinition;
}

/** A task goes on with a deregistered revision; one that is left behind goes with the next deployment. */
export async function deregister(
  { taskDefinitionArn: taskDefinition }: TaskDefinition,
  { ecs }: Clients,
  report: Report,
): Promise<void> {
  try {
    await ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition }));
  } catch (error) {
    report(`${taskDefinition ?? "its task definition"} stays registered: ${wordsOf(error)}`);
  }
}

/**
 * Starts the task.
 *
 * @returns `undefined` if the revision was deregistered in between
 * @throws Failure with ECS's reason not to start it
 */
export async function start(
  oneOff: OneOff,
  deployed: DeployedTask,
  definition: TaskDefinition,
  { ecs }: Clients,
): Promise<Task | undefined> {
  try {
    const request = requestOf(oneOff, deployed, definition);
    const { tasks = [], failures = [] } = await ecs.send(new RunTaskCommand(request));
    if (tasks[0]) return tasks[0];
    const { reason = "it gives no reason", detail = "" } = failures[0] ?? {};
    throw new Failure([
      `ECS does not start the task: ${[reason, detail].filter(Boolean).join(", ")}`,
      `→ npx platform doctor ${oneOff.config.suffix} checks quotas and permissions.`,
    ]);
  } catch (error) {
    if (hasName(error, "ClientException") && /inactive/i.test(wordsOf(error))) return undefined;
    throw error;
  }
}

function requestOf(
  { service, config, command }: OneOff,
  { networkConfiguration }: DeployedTask,
  { taskDefinitionArn: taskDefinition }: TaskDefinition,
): RunTaskCommandInput {
  return {
    // One or the other: ECS refuses a launch type with a strategy.
    ...(config.capacity === "spot"
      ? { capacityProviderStrategy: [{ capacityProvider: "FARGATE_SPOT", weight: 1 }] }
      : { launchType: "FARGATE" }),
    cluster: resourceName(config),
    taskDefinition,
    networkConfiguration,
    count: 1,
    startedBy: STARTED_BY,
    propagateTags: "TASK_DEFINITION",
    enableECSManagedTags: true,
    overrides: { containerOverrides: [{ name: service, command: [...command] }] },
  };
}
