import { GetLogEventsCommand, ResourceNotFoundException } from "@aws-sdk/client-cloudwatch-logs";
import { DescribeTaskDefinitionCommand, type Task } from "@aws-sdk/client-ecs";
import type { Clients } from "../target/clients";
import { logStream } from "./log-stream";

const LOG_LINES = 10;

/**
 * The last ten lines of a task's container, oldest first, from the log group and stream named in the task
 * definition.
 */
export async function lastLines(
  { taskArn, taskDefinitionArn }: Task,
  container: string,
  { ecs, logs }: Pick<Clients, "ecs" | "logs">,
): Promise<string[]> {
  const { taskDefinition } = await ecs.send(
    new DescribeTaskDefinitionCommand({ taskDefinition: taskDefinitionArn }),
  );
  const stream = logStream(taskDefinition?.containerDefinitions, container, taskArn);
  if (!stream) return [];
  try {
    const { events = [] } = await logs.send(
      new GetLogEventsCommand({ ...stream, limit: LOG_LINES }),
    );
    return events.map(({ message = "" }) => message.trimEnd());
  } catch (error) {
    // A container that never ran has no stream.
    if (error instanceof ResourceNotFoundException) return [];
    throw error;
  }
}
