import { type Container, containersOf } from "../containers";
import { type Rule, type Writer, breach } from "../rule";
import { resourcesOf } from "../stack";

/**
 * Checkov's CKV_AWS_336 asks for the same, but passes every task definition whose containers are a JSON
 * text, as Terraform's are.
 */
export const confinedContainers: Rule = {
  promise: "A container cannot change its image, and shares nothing of its host",
  fix: 'set readonlyRootFilesystem, or files: { writable: "everywhere" } of its service, or exec of the environment, with what that costs; leave out privileged, and use the network mode awsvpc',
  breaches: ({ stacks, writers }) => [
    ...containersOf(stacks).flatMap((each) => {
      const { resource, name, container } = each;
      const isOpen = container["readonlyRootFilesystem"] !== true;
      return [
        ...(isOpen && !mayWrite(each, writers)
          ? [breach(resource, `the container ${name} can write to its image's files unannounced`)]
          : []),
        ...(container["privileged"] === true
          ? [breach(resource, `the container ${name} is privileged`)]
          : []),
      ];
    }),
    ...resourcesOf(stacks, "aws_ecs_task_definition").flatMap((task) => {
      const { network_mode: network, pid_mode: pid } = task.block;
      return [
        ...(network === "awsvpc" ? [] : [`its network mode is ${String(network)}`]),
        ...(pid === "host" ? ["it sees the processes of its host"] : []),
      ].map((found) => breach(task, found));
    }),
  ],
};

/** Whether it runs an image that may: as the service or the sidecar itself, or as the service's migration. */
function mayWrite({ name, task }: Container, writers: readonly Writer[]): boolean {
  return writers.some(
    (writer) =>
      task.includes(writer.task) &&
      (writer.name === name || (name === "migrate" && writer.name === writer.task)),
  );
}
