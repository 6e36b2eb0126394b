import { expect, test } from "vitest";
import { drawDiagram } from "../../../../../operations/handbook/rendering/diagram";
import { mermaidLines } from "../../../../../operations/handbook/rendering/mermaid";
import { type NodeKind, topologyOf } from "../../../../../operations/handbook/rendering/topology";
import { services as catalogue } from "../../../../../services";
import { bucketsOf } from "../../../../../spec/service/buckets";
import { queuesOf } from "../../../../../spec/service/queues";
import type { Services } from "../../../../../spec/service/spec";

const WORDS = { title: "Diagram", description: "What it shows." };
const draw = (services: Services) => drawDiagram(topologyOf(services), WORDS);
const size = { cpu: 256, memory: 512 } as const;

/** A public service, and others that call each other in a row, with a queue each. */
const many: Services = Object.fromEntries(
  Array.from({ length: 30 }, (_, index) => [
    `service-${index}`,
    {
      port: 8080,
      health: "/health",
      size,
      ...(index < 3 && { path: `/${index}` }),
      ...(index < 29 && { calls: [`service-${index + 1}`] }),
      receives: [`queue-${index}`],
      database: true,
    },
  ]),
);

test.each([
  ["the included catalogue", catalogue],
  ["thirty services", many],
])("every service, queue and bucket of %s is in both diagrams", async (_, services) => {
  const svg = await draw(services);
  const text = mermaidLines(topologyOf(services)).join("\n");
  const names = [
    ...Object.keys(services),
    ...queuesOf(services).keys(),
    ...bucketsOf(services).keys(),
    "Load balancer",
    "Aurora",
  ];
  expect(names.filter((name) => !svg.includes(`>${name.replaceAll("-", "&#45;")}</text>`))).toEqual(
    [],
  );
  expect(names.filter((name) => !text.includes(`"${name}`))).toEqual([]);
});

test("every call, message, object and database of the catalogue is an arrow", () => {
  expect(topologyOf(catalogue).edges.map(({ from, to }) => `${from} → ${to}`)).toEqual([
    "internet → load-balancer",
    "load-balancer → service flask-api",
    "service flask-api → service transaction-processor",
    "service flask-api → database",
    "load-balancer → service transaction-processor",
    "service transaction-processor → service fraud-detection",
    "service transaction-processor → queue exports",
    "service transaction-processor → database",
    "queue exports → service transaction-export",
    "service transaction-export → bucket statements",
    "service daily-totals → bucket statements",
  ]);
});

test("a queue and a bucket may have the name of a service", async () => {
  const services: Services = { orders: { size, receives: ["orders"], stores: ["orders"] } };
  expect((await draw(services)).match(/>orders<\/text>/g)).toHaveLength(3);
});

test("without a public service there is no load balancer, and without a database no Aurora", async () => {
  const svg = await draw({ worker: { size } });
  expect(svg).not.toMatch(/Load balancer|Internet|Aurora/);
});

test("it has a title and a description for people who do not see it", async () => {
  const svg = await draw(catalogue);
  expect(svg).toMatch(/^<svg [^>]*role="img" aria-labelledby="diagram-title diagram-description"/);
  expect(svg).toContain('<title id="diagram-title">Diagram</title>');
  expect(svg).toContain('<desc id="diagram-description">What it shows.</desc>');
  expect(svg.match(/<title/g)).toHaveLength(1);
});

test("its parts have classes for the page's colours, and no background of their own", async () => {
  const svg = await draw(catalogue);
  for (const kind of ["service", "worker", "job", "queue", "bucket", "database"]) {
    expect(svg).toContain(`class="node ${kind}"`);
  }
  expect(svg).not.toMatch(/fill="white"|style="/);
});

test.each<[NodeKind, string]>([
  ["internet", "text"],
  ["load-balancer", "polygon of 7"],
  ["service", "path"],
  ["worker", "path"],
  ["job", "dashed path"],
  ["queue", "polygon of 6"],
  ["bucket", "polygon of 8"],
  ["database", "path"],
])("an %s has a shape of its own: %s", async (kind, shape) => {
  const svg = await drawDiagram({ nodes: [{ id: "a", kind, label: "a" }], edges: [] }, WORDS);
  const [, element, rest = ""] =
    /class="node [^]*?<(polygon|path|ellipse|text)([^>]*)/.exec(svg) ?? [];
  const [, points] = /points="([^"]*)"/.exec(rest) ?? [];
  const dashed = rest.includes("stroke-dasharray") ? "dashed " : "";
  const corners = points === undefined ? "" : ` of ${points.trim().split(" ").length}`;
  expect(`${dashed}${String(element)}${corners}`).toBe(shape);
});

test.each<[NodeKind, string]>([
  ["service", "rounded"],
  ["worker", "rounded"],
  ["job", "rounded"],
  ["bucket", "cornered"],
])("the box of a %s is %s", async (kind, corners) => {
  const svg = await drawDiagram({ nodes: [{ id: "a", kind, label: "a" }], edges: [] }, WORDS);
  const [, drawn = ""] = /<path[^>]* d="([^"]*)"/.exec(svg) ?? [];
  expect(drawn.includes("C") ? "rounded" : "cornered").toBe(corners);
});

test("requests are solid, messages dashed, data dotted, and each has its class", async () => {
  const nodes = [
    { id: "a", kind: "service", label: "a" },
    { id: "b", kind: "queue", label: "b" },
  ] as const;
  const dashes = async (kind: "request" | "message" | "data") => {
    const svg = await drawDiagram({ nodes, edges: [{ from: "a", to: "b", kind }] }, WORDS);
    const [, edge = ""] = new RegExp(`class="edge ${kind}"[^]*?<path([^>]*)`).exec(svg) ?? [];
    return /stroke-dasharray="([^"]*)"/.exec(edge)?.[1];
  };
  expect(await Promise.all((["request", "message", "data"] as const).map(dashes))).toEqual([
    undefined,
    "5,2",
    "1,5",
  ]);
});

test("nothing of Graphviz is left but the drawing: no comment, no id, no title of a node", async () => {
  const svg = await draw({ orders: { size, receives: ["orders"], stores: ["orders"] } });
  const [, head, title, description, first] = /^(<svg .*>)\n(.*)\n(.*)\n(.*)\n/.exec(svg) ?? [];
  expect(head).toMatch(/ width="([\d.]+)" height="([\d.]+)" viewBox="0 0 \1 \2" /);
  expect([title, description]).toEqual([
    '<title id="diagram-title">Diagram</title>',
    '<desc id="diagram-description">What it shows.</desc>',
  ]);
  expect(first).toMatch(/^<g class="graph" transform="[^"]+">$/);
  expect(svg).not.toMatch(/<!--|<!DOCTYPE|<\?xml|<g[^>]* id=|\n\n/);
  expect(svg.match(/<svg/g)).toHaveLength(1);
  expect(svg.endsWith("</svg>")).toBe(true);
});

test("a backslash in a path is no instruction to Graphviz", async () => {
  const topology = {
    nodes: [
      { id: "a", kind: "load-balancer", label: "a" },
      { id: "b", kind: "service", label: "b" },
    ],
    edges: [{ from: "a", to: "b", kind: "request", label: String.raw`/\N` }],
  } as const;
  expect(await drawDiagram(topology, WORDS)).toContain(String.raw`>/\N</text>`);
});

test("Mermaid gets no sign that it would read as its own", () => {
  const lines = mermaidLines({
    nodes: [{ id: "a", kind: "service", label: 'a"]; click <b>' }],
    edges: [],
  });
  expect(lines[1]).toBe('  n0("a#34;#93;#59; click #60;b#62;")');
});
