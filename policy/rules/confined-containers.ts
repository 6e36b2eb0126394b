import { containersOf } from "../containers";
import { type Rule, breach } from "../rule";
import { resourcesOf } from "../stack";

export const confinedContainers: Rule = {
  promise: "A container cannot change its image, and shares nothing of its host",
  fix: "set readonlyRootFilesystem, leave out privileged, and use the network mode awsvpc",
  breaches: ({ stacks }) => [
    ...containersOf(stacks).flatMap(({ resource, name, container }) => [
      ...(container["readonlyRootFilesystem"] === true
        ? []
        : [breach(resource, `the container ${name} can write to its image's files`)]),
      ...(container["privileged"] === true
        ? [breach(resource, `the container ${name} is privileged`)]
        : []),
    ]),
    ...resourcesOf(stacks, "aws_ecs_task_definition").flatMap((task) => {
      const { network_mode: network, pid_mode: pid } = task.block;
      return [
        ...(network === "awsvpc" ? [] : [`its network mode is ${String(network)}`]),
        ...(pid === "host" ? ["it sees the processes of its host"] : []),
      ].map((found) => breach(task, found));
    }),
  ],
};
