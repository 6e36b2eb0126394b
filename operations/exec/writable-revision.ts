import { DescribeTaskDefinitionCommand } from "@aws-sdk/client-ecs";
import type { Clients } from "../target/clients";
import { Refusal } from "../terminal/refusal";
import type { EnteredContainer, Wanted } from "./entered-container";

/**
 * ECS allows people into a service's tasks, but the file system belongs to the revision: after a rollback to one
 * from before `exec`, ECS starts an agent that cannot write, and a restart does not help.
 *
 * @throws Refusal if the container's file system is read-only
 */
export async function requireWritable(
  { ecs }: Pick<Clients, "ecs">,
  { shown, revision }: EnteredContainer,
  { service, suffix, container }: Wanted,
): Promise<void> {
  const { taskDefinition } = await ecs
    .send(new DescribeTaskDefinitionCommand({ taskDefinition: revision }))
    // What AWS does not tell is no reason to refuse: ECS decides.
    .catch(() => ({ taskDefinition: undefined }));
  const { containerDefinitions = [] } = taskDefinition ?? {};
  const definition = containerDefinitions.find(({ name }) => name === container);
  if (definition?.readonlyRootFilesystem !== true) return;
  const written = revision?.slice(revision.lastIndexOf("/") + 1) ?? "";
  throw new Refusal(
    `Task ${shown} of ${service} runs ${written}, a revision from before ${suffix} had exec: its file system is read-only, and the agent of ECS Exec cannot start.`,
    `npx platform deploy ${suffix}`,
  );
}
