import {
  type Container,
  type ContainerDefinition,
  DescribeTaskDefinitionCommand,
  type ECSClient,
  type Task,
} from "@aws-sdk/client-ecs";

/** A task that is not running yet. */
export interface PendingTask {
  readonly id: string;
  /** `PROVISIONING`, `PENDING` or `ACTIVATING`. */
  readonly status: string;
  readonly createdAt: Date | undefined;
  /** Each container that waits for another, with the state of the other. */
  readonly waits: readonly string[];
}

const PENDING = new Set(["PROVISIONING", "PENDING", "ACTIVATING"]);

/** The maximum shown; the other tasks of a deployment wait for the same reason. */
const TASKS = 2;

/**
 * The tasks of a service that have not started yet, with the reason each waits.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html
 */
export async function readPendingTasks(
  tasks: readonly Task[],
  ecs: ECSClient,
): Promise<PendingTask[]> {
  const pending = tasks.filter(({ lastStatus = "" }) => PENDING.has(lastStatus)).slice(0, TASKS);
  return await Promise.all(
    pending.map(async (task) => {
      const { taskDefinition } = await ecs.send(
        new DescribeTaskDefinitionCommand({ taskDefinition: task.taskDefinitionArn }),
      );
      return {
        id: task.taskArn?.split("/").at(-1) ?? "unknown",
        status: task.lastStatus ?? "unknown",
        createdAt: task.createdAt,
        waits: waitsOf(task, taskDefinition?.containerDefinitions ?? []),
      };
    }),
  );
}

/** The unmet dependencies of the containers that have not started. */
export function waitsOf(
  { containers = [] }: Task,
  definitions: readonly ContainerDefinition[],
): string[] {
  const stateOf = (name?: string) => containers.find((container) => container.name === name);
  return definitions
    .filter(({ name }) => (stateOf(name)?.lastStatus ?? "PENDING") === "PENDING")
    .flatMap(({ name, dependsOn = [] }) =>
      dependsOn.flatMap(({ containerName, condition }) => {
        const dependency = stateOf(containerName);
        if (!dependency || isFarEnough(dependency, condition)) return [];
        const limit = definitions.find((each) => each.name === containerName)?.startTimeout;
        const atMost = limit === undefined ? "without a limit" : `at most ${limit} s`;
        return [
          `${name} waits, ${atMost}, for ${containerName} to be ${condition}; it is ${described(dependency)}`,
        ];
      }),
    );
}

function isFarEnough({ lastStatus, exitCode, healthStatus }: Container, condition?: string) {
  if (condition === "HEALTHY") return healthStatus === "HEALTHY";
  if (condition === "SUCCESS") return exitCode === 0;
  if (condition === "COMPLETE") return lastStatus === "STOPPED";
  return lastStatus !== "PENDING";
}

function described({ lastStatus = "PENDING", exitCode, healthStatus = "UNKNOWN" }: Container) {
  if (exitCode !== undefined) return `${lastStatus} with exit code ${exitCode}`;
  return lastStatus === "RUNNING" ? `RUNNING, its health ${healthStatus}` : lastStatus;
}
