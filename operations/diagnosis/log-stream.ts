import type { ContainerDefinition } from "@aws-sdk/client-ecs";

/** Where CloudWatch keeps the log of one container of one task. */
export interface LogStream {
  readonly logGroupName: string;
  readonly logStreamName: string;
}

/**
 * The stream that ECS writes a container's log to; `undefined` for a container without a log group.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html
 */
export function logStream(
  definitions: readonly ContainerDefinition[] = [],
  container: string,
  taskArn: string | undefined,
): LogStream | undefined {
  const definition = definitions.find(({ name }) => name === container);
  const options = definition?.logConfiguration?.options;
  const logGroupName = options?.["awslogs-group"];
  if (!logGroupName) return undefined;
  const prefix = options["awslogs-stream-prefix"] ?? "";
  return { logGroupName, logStreamName: [prefix, container, lastPart(taskArn)].join("/") };
}

/** The first characters of a task's ID, which tell it from the others. */
const SHORT = 8;

/** A task's ID for people, from its ARN or its whole ID. */
export function shortTaskId(task: string | undefined): string {
  return lastPart(task).slice(0, SHORT);
}

/** The last part of an ARN, such as the ID of a task. */
export function lastPart(arn = "unknown"): string {
  return arn.split("/").at(-1) ?? arn;
}
