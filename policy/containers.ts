import { type Block, type Resource, type Stack, blocks, resourcesOf } from "./stack";

/** A container of a task definition. */
export interface Container {
  /** The task definition. */
  readonly resource: Resource;
  readonly name: string;
  readonly container: Block;
  /** The names of all containers of its task. */
  readonly task: readonly string[];
}

/** The containers of every task definition, which Terraform takes as a JSON text. */
export function containersOf(stacks: readonly Stack[]): Container[] {
  return resourcesOf(stacks, "aws_ecs_task_definition").flatMap((resource) => {
    const containers = blocks(JSON.parse(String(resource.block["container_definitions"])));
    const task = containers.map(({ name }) => String(name));
    return containers.map((container, index) => {
      return { resource, name: task[index] ?? "", container, task };
    });
  });
}
