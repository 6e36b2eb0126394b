import type { Charge } from "./charge";
import { type Resource, blocks, ofType, refersTo } from "./resources";

/** The capacity provider that takes back what it gives. */
export const SPOT = "FARGATE_SPOT";

/** The task definition that a service or a run names. */
export function definitionOf(value: unknown, resources: readonly Resource[]): Resource | undefined {
  return ofType(resources, "aws_ecs_task_definition").find((each) => refersTo(value, each));
}

function isArm({ values }: Resource): boolean {
  return blocks(values, "runtime_platform")[0]?.["cpu_architecture"] === "ARM64";
}

/** What a task uses in some hours: its vCPU and its memory. */
export function taskHours(definition: Resource, hours: number): Charge["uses"] {
  const cpu = Number(definition.values["cpu"]) / 1024;
  const memory = Number(definition.values["memory"]) / 1024;
  return isArm(definition)
    ? { fargateArmVcpuHour: cpu * hours, fargateArmGbHour: memory * hours }
    : { fargateX86VcpuHour: cpu * hours, fargateX86GbHour: memory * hours };
}

/** `0.25 vCPU and 0.5 GB (ARM64)` */
export function sizeOf(definition: Resource): string {
  const { cpu, memory } = definition.values;
  const arm = isArm(definition) ? " (ARM64)" : "";
  return `${Number(cpu) / 1024} vCPU and ${Number(memory) / 1024} GB${arm}`;
}
