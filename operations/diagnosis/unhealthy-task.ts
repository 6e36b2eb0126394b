import type { Task } from "@aws-sdk/client-ecs";
import { HEALTH } from "../../spec/images";
import type { Clients } from "../target/clients";
import { lastLines } from "./last-lines";
import { shortTaskId } from "./log-stream";
import { unhealthy } from "./tasks";

/** A task that runs although its health checks fail: ECS keeps it until another one is healthy. */
export interface UnhealthyTask {
  /** The start of its ID. */
  readonly id: string;
  /** The names of its containers that are UNHEALTHY. */
  readonly containers: readonly string[];
  /** Why the service is not healthy, as the container beside it sees it; read for the first two tasks. */
  readonly health: string | undefined;
}

/** The maximum shown; the other tasks of a service are mostly unhealthy for the same reason. */
export const UNHEALTHY_SHOWN = 2;

/** The unhealthy ones of a service's tasks, with their failing containers. */
export async function readUnhealthyTasks(
  tasks: readonly Task[],
  clients: Pick<Clients, "ecs" | "logs">,
): Promise<UnhealthyTask[]> {
  return await Promise.all(
    unhealthy(tasks).map(async (task, index) => {
      const containers = (task.containers ?? [])
        .filter(({ healthStatus }) => healthStatus === "UNHEALTHY")
        .map(({ name = "?" }) => name);
      const isRead = index < UNHEALTHY_SHOWN && containers.includes(HEALTH);
      const said = isRead ? await lastLines(task, HEALTH, clients) : [];
      return { id: shortTaskId(task.taskArn), containers, health: said.at(-1) };
    }),
  );
}

/** What follows a count of running tasks: `, 1 unhealthy`, or nothing if all are healthy. */
export function unhealthyWords(count: number): string {
  return count > 0 ? `, ${count} unhealthy` : "";
}
