import { type Block, type Resource, type Stack, blocks, resourcesOf } from "./stack";

/** A container of a task definition. */
export interface Container {
  /** The task definition. */
  readonly resource: Resource;
  readonly name: string;
  readonly container: Block;
}

/** The containers of every task definition, which Terraform takes as a JSON text. */
export function containersOf(stacks: readonly Stack[]): Container[] {
  return resourcesOf(stacks, "aws_ecs_task_definition").flatMap((resource) =>
    blocks(JSON.parse(String(resource.block["container_definitions"]))).map((container) => ({
      resource,
      name: String(container["name"]),
      container,
    })),
  );
}
