import { FARGATE_SIZES, type FargateSize, type Scaling } from "./spec";

/** How large a service's tasks are, and how many: what an environment may decide too. */
export interface Tasks {
  readonly size?: FargateSize;
  readonly scaling?: Scaling;
}

/** What is wrong with a size or a number of tasks: the value that was given, and the rule. */
export function tasksProblems({ size, scaling }: Tasks): string[] {
  const problems: string[] = [];
  if (size && !isFargateSize(size)) {
    const given = `${size.cpu} CPU units with ${size.memory} MiB`;
    problems.push(`size is ${given}; Fargate has ${fargateSizes()}`);
  }
  if (scaling && !isScaling(scaling)) {
    problems.push(
      `scaling is ${scaling.min} to ${scaling.max}; min must be at least 1 and at most max, max at most 100`,
    );
  }
  return problems;
}

function isFargateSize({ cpu, memory }: FargateSize): boolean {
  const memories = new Map<number, readonly number[]>(
    Object.entries(FARGATE_SIZES).map(([units, sizes]) => [Number(units), sizes]),
  );
  return memories.get(cpu)?.includes(memory) ?? false;
}

function isScaling({ min, max }: Scaling): boolean {
  return [min, max].every(Number.isInteger) && min >= 1 && max >= min && max <= 100;
}

function fargateSizes(): string {
  return Object.entries(FARGATE_SIZES)
    .map(([cpu, memories]) => `${cpu} with ${memories.join("/")}`)
    .join(", ");
}
