import { parse, View } from "vega";
import { compile, type TopLevelSpec } from "vega-lite";
import type { Sample } from "./observation";

/** A moment that is marked in a plot. */
export interface Mark {
  readonly seconds: number;
  readonly text: string;
}

const TIME = { field: "seconds", type: "quantitative", title: "seconds" } as const;
const SIZE = { width: 720, height: 130 } as const;

/** Tasks, CPU with its target, and requests over time, one below the other, as an SVG. */
export async function plot(
  title: string,
  samples: readonly Sample[],
  marks: readonly Mark[],
  target: number,
): Promise<string> {
  const tasks = samples.flatMap(({ seconds, desired, running }) => [
    { seconds, tasks: desired, which: "desired" },
    { seconds, tasks: running, which: "running" },
  ]);
  const spec: TopLevelSpec = {
    title,
    background: "white",
    vconcat: [
      {
        ...SIZE,
        layer: [
          {
            data: { values: tasks },
            mark: { type: "line", interpolate: "step-after" },
            encoding: {
              x: TIME,
              y: { field: "tasks", type: "quantitative", title: "tasks", axis: { tickMinStep: 1 } },
              color: { field: "which", type: "nominal", title: null },
            },
          },
          moments(marks),
        ],
      },
      {
        ...SIZE,
        layer: [
          line(samples, "cpu", "CPU, % of size"),
          {
            data: { values: [{ cpu: target }] },
            mark: { type: "rule", strokeDash: [4, 4] },
            encoding: { y: { field: "cpu", type: "quantitative" } },
          },
        ],
      },
      { ...SIZE, ...line(samples, "requests", "answers a second") },
    ],
  };
  return await new View(parse(compile(spec).spec), { renderer: "none" }).toSVG();
}

function line(samples: readonly Sample[], field: keyof Sample, title: string) {
  return {
    data: { values: samples.filter((sample) => sample[field] !== undefined) },
    mark: { type: "line" },
    encoding: { x: TIME, y: { field, type: "quantitative", title } },
  } as const;
}

function moments(marks: readonly Mark[]) {
  return {
    data: { values: [...marks] },
    encoding: { x: TIME },
    layer: [
      { mark: { type: "rule" as const, color: "grey" } },
      {
        mark: { type: "text" as const, align: "left" as const, dx: 4, y: 8, color: "grey" },
        encoding: { text: { field: "text", type: "nominal" as const } },
      },
    ],
  };
}
