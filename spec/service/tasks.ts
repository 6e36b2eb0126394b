import * as z from "zod/mini";
import { entry, rule } from "../schema";
import { FARGATE_SIZES, type FargateSize } from "./fargate-size";
import type { Scaling } from "./spec";

/** The size and number of a service's tasks, which an environment may override. */
export interface Tasks {
  readonly size?: FargateSize;
  readonly scaling?: Scaling;
}

/** Two numbers, which need not be one of Fargate's pairs. */
type Size = Record<keyof FargateSize, number>;

const number = rule<number>("a number", (value) => typeof value === "number");

/** One of Fargate's sizes. */
export const size = z.pipe(
  entry<Size>()("a size such as { cpu: 256, memory: 512 }", { cpu: number, memory: number }),
  z.custom<FargateSize, Size>(isFargateSize, {
    error: (issue) => {
      // What the first half of the pipe lets through.
      const { cpu, memory } = issue.input as Size;
      return `is ${cpu} CPU units with ${memory} MiB; Fargate allows ${fargateSizes()}`;
    },
  }),
);

/** A number of tasks, from the lowest to the highest. */
export const scaling = z.pipe(
  entry<Scaling>()("a range such as { min: 2, max: 10 }", { min: number, max: number }),
  z.custom<Scaling, Scaling>(isScaling, {
    error: (issue) => {
      // What the first half of the pipe lets through.
      const { min, max } = issue.input as Scaling;
      return `is ${min} to ${max}; both must be whole numbers, min at least 1 and at most max, max at most 100`;
    },
  }),
);

/** An environment's overrides of one service. */
export const tasks = entry<Tasks>()("{ size, scaling }, either or both", {
  size: z.exactOptional(size),
  scaling: z.exactOptional(scaling),
});

function isFargateSize({ cpu, memory }: Size): boolean {
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
