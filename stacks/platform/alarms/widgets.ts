import type { Metric } from "./metrics";

/** A part of a dashboard, by CloudWatch's JSON. */
export type Widget = TextWidget | AlarmWidget | GraphWidget;

interface TextWidget {
  readonly type: "text";
  readonly properties: { readonly markdown: string };
}

interface AlarmWidget {
  readonly type: "alarm";
  readonly properties: { readonly title: string; readonly alarms: readonly string[] };
}

interface GraphWidget {
  readonly type: "metric";
  readonly properties: {
    readonly title: string;
    readonly region: string;
    readonly view: "timeSeries";
    readonly period: number;
    readonly metrics: readonly (readonly unknown[])[];
    readonly yAxis: { readonly left: { readonly min: 0 }; readonly right: { readonly min: 0 } };
    readonly annotations?: { readonly horizontal: readonly Line[] };
  };
}

/** A horizontal line in a graph. */
export interface Line {
  readonly label: string;
  readonly value: number;
}

/** A widget in its place: 24 columns make the width. */
export type PlacedWidget = Widget & {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
};

/** A row of the dashboard: its widgets share the width. */
export interface Row {
  readonly height: number;
  readonly widgets: readonly Widget[];
}

const COLUMNS = 24;

/** A graph of series by their labels; those in `right` have an axis of their own. */
export function graph(
  title: string,
  region: string,
  series: Readonly<Record<string, Metric>>,
  { right = [], lines = [] }: { right?: readonly string[]; lines?: readonly Line[] } = {},
): GraphWidget {
  return {
    type: "metric",
    properties: {
      title,
      region,
      view: "timeSeries",
      period: 60,
      metrics: Object.entries(series).map(([label, { namespace, name, dimensions, statistic }]) => [
        namespace,
        name,
        ...Object.entries(dimensions).flat(),
        { stat: statistic, label, ...(right.includes(label) && { yAxis: "right" }) },
      ]),
      yAxis: { left: { min: 0 }, right: { min: 0 } },
      ...(lines.length > 0 && { annotations: { horizontal: lines } }),
    },
  };
}

/** Rows below each other. */
export function placed(rows: readonly Row[]): PlacedWidget[] {
  let y = 0;
  return rows.flatMap(({ height, widgets }) => {
    const width = Math.floor(COLUMNS / widgets.length);
    const top = y;
    y += height;
    return widgets.map((widget, index) => ({ ...widget, x: index * width, y: top, width, height }));
  });
}
