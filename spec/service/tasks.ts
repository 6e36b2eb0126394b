import { FARGATE_SIZES, type FargateSize, type Scaling } from "./spec";

/** The size and number of a service's tasks, which an environment may override. */
export interface Tasks {
  readonly size?: FargateSize;
  readonly scaling?: Scaling;
}

/** The problems with a size or a number of tasks, each with the given value and the rule. */
export function tasksProblems({ size, scaling }: Tasks): string[] {
  const problems: string[] = [];
  if (size && !isFargateSize(size)) {
    const given = `${size.cpu} CPU units with ${size.memory} MiB`;
    problems.push(`size is ${given}; Fargate allows ${fargateSizes()}`);
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
