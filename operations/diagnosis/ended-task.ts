import type { Container, Task } from "@aws-sdk/client-ecs";
import { list, record } from "../terraform/terraform-events";

/**
 * The task that a run of a job ended with, from the execution's output or cause: Step Functions gives the
 * answer of ECS, its keys in PascalCase. `undefined` for any other text.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/connect-ecs.html
 */
export function endedTask(text: string | undefined): Task | undefined {
  const facts = record(parsed(text));
  const { TaskArn, TaskDefinitionArn, StopCode, StoppedReason, StoppedAt, Containers } = facts;
  if (typeof TaskArn !== "string") return undefined;
  const stoppedAt = typeof StoppedAt === "number" ? new Date(StoppedAt) : undefined;
  return {
    taskArn: TaskArn,
    ...wordIn("taskDefinitionArn", TaskDefinitionArn),
    ...wordIn("stoppedReason", StoppedReason),
    // One of ECS's own words, and compared with those alone.
    ...(wordIn("stopCode", StopCode) as Pick<Task, "stopCode">),
    ...(stoppedAt && { stoppedAt }),
    containers: list(Containers).map(containerOf),
  };
}

function containerOf(facts: unknown): Container {
  const { Name, ExitCode, Reason } = record(facts);
  return {
    ...wordIn("name", Name),
    ...wordIn("reason", Reason),
    ...(typeof ExitCode === "number" && { exitCode: ExitCode }),
  };
}

function wordIn<Key extends string>(key: Key, value: unknown): Partial<Record<Key, string>> {
  // The computed key is `Key`.
  return typeof value === "string" ? ({ [key]: value } as Record<Key, string>) : {};
}

function parsed(text = ""): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
