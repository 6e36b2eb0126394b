import type { NodeKind, Topology, TopologyEdge } from "./topology";

/** The brackets of each shape. */
const SHAPES: Readonly<Record<NodeKind, readonly [open: string, close: string]>> = {
  internet: ["((", "))"],
  "load-balancer": ["{{", "}}"],
  service: ["(", ")"],
  worker: ["(", ")"],
  job: ["([", "])"],
  queue: ["[/", "/]"],
  bucket: ["[(", ")]"],
  database: ["[(", ")]"],
};

const ARROWS: Readonly<Record<TopologyEdge["kind"], string>> = {
  request: "-->",
  message: "-.->",
  data: "---",
};

/** The kinds that are no services, in words, since the shape alone does not tell them. */
const NAMED: readonly NodeKind[] = ["worker", "job", "queue", "bucket", "database"];

/**
 * The diagram for the Markdown file: GitHub draws it, it stays readable as text, and there is no second file
 * to lose.
 *
 * @see https://mermaid.js.org/syntax/flowchart.html
 */
export function mermaidLines({ nodes, edges }: Topology): string[] {
  const ids = new Map(nodes.map(({ id }, index) => [id, `n${index}`]));
  return [
    "flowchart LR",
    ...nodes.map(({ id, kind, label }) => {
      const [open, close] = SHAPES[kind];
      const text = NAMED.includes(kind) ? `${label}, ${kind}` : label;
      return `  ${ids.get(id) ?? ""}${open}"${escaped(text)}"${close}`;
    }),
    ...edges.map(({ from, to, kind, label }) => {
      const text = label === undefined ? "" : `|"${escaped(label)}"|`;
      return `  ${ids.get(from) ?? ""} ${ARROWS[kind]}${text} ${ids.get(to) ?? ""}`;
    }),
  ];
}

/** Mermaid's entities: `#quot;` and the numbers of characters. */
function escaped(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9 ,./_-]/g, (sign) => `#${sign.codePointAt(0) ?? 0};`);
}
