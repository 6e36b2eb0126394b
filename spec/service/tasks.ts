import * as z from "zod/mini";
import { entry, named, rule } from "../schema";
import { type AlarmThresholds, alarmThresholds } from "./alarms";
import { FARGATE_SIZES, type FargateSize } from "./fargate-size";
import type { Scaling } from "./scaling";
import { scaling } from "./scaling-schema";
import { variables } from "./variable";

/** The numbers and values of a service that an environment may set. */
export interface Tasks {
  /** In place of the catalogue's. */
  readonly size?: FargateSize;
  /**
   * In place of all of the catalogue's: its numbers belong together. A preview with one task must not get
   * ten each morning, because the catalogue has a schedule.
   */
  readonly scaling?: Scaling;
  /** Added to the catalogue's variables; one of the same name has this value instead. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Thresholds of its alarms, each in place of the catalogue's. */
  readonly alarms?: AlarmThresholds;
  /** Of its sidecars, by their names: added to the variables of each in the same way. */
  readonly sidecars?: Readonly<Record<string, SidecarValues>>;
}

/** The values of a sidecar that an environment may set. */
export interface SidecarValues {
  readonly environment: Readonly<Record<string, string>>;
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

/** An environment's overrides of one service. */
export const tasks = entry<Tasks>()(
  "{ size, scaling, environment, alarms, sidecars }, or some of them",
  {
    size: z.exactOptional(size),
    scaling: z.exactOptional(scaling),
    environment: z.exactOptional(variables),
    alarms: z.exactOptional(alarmThresholds),
    sidecars: z.exactOptional(
      named(
        "values of sidecars, such as { otel: { environment: { … } } }",
        entry<SidecarValues>()("{ environment } of a sidecar", { environment: variables }),
      ),
    ),
  },
);

function isFargateSize({ cpu, memory }: Size): boolean {
  const memories = new Map<number, readonly number[]>(
    Object.entries(FARGATE_SIZES).map(([units, sizes]) => [Number(units), sizes]),
  );
  return memories.get(cpu)?.includes(memory) ?? false;
}

function fargateSizes(): string {
  return Object.entries(FARGATE_SIZES)
    .map(([cpu, memories]) => `${cpu} with ${memories.join("/")}`)
    .join(", ");
}
