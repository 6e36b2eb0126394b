import { type Graph, instance } from "@viz-js/viz";
import type { NodeKind, Topology, TopologyNode } from "./topology";

interface Shape {
  readonly shape: string;
  readonly style?: string;
  /** Between the label and the border, in inches. @default that of the graph */
  readonly margin?: string;
}

/** How each kind looks; the colours are the page's. */
const SHAPES: Readonly<Record<NodeKind, Shape>> = {
  internet: { shape: "plaintext" },
  "load-balancer": { shape: "hexagon" },
  service: { shape: "box", style: "rounded" },
  worker: { shape: "box", style: "rounded" },
  job: { shape: "box", style: "rounded,dashed" },
  // The tip of the arrow takes a part of its width.
  queue: { shape: "cds", margin: "0.3,0.1" },
  bucket: { shape: "folder" },
  database: { shape: "cylinder" },
};

/** What is written below a name, where the shape alone would not tell a newcomer what it is. */
const CAPTIONS: Readonly<Partial<Record<NodeKind, string>>> = {
  worker: "worker",
  job: "job",
  queue: "queue",
  bucket: "bucket",
  database: "database",
};

const EDGE_STYLES = { request: "solid", message: "dashed", data: "dotted" } as const;

/**
 * The diagram as an SVG element, laid out by Graphviz in this process. Its parts have classes instead of
 * colours, so that a style sheet gives it those of a light or a dark page.
 *
 * @param words what it shows, for people who do not see it
 */
export async function drawDiagram(
  topology: Topology,
  words: { readonly title: string; readonly description: string },
): Promise<string> {
  const viz = await instance();
  const drawn = viz.renderString(graphOf(topology), { format: "svg" });
  const [, width = "0", height = "0"] = /viewBox="0\.00 0\.00 ([\d.]+) ([\d.]+)"/.exec(drawn) ?? [];
  const body = drawn
    .slice(drawn.indexOf(">", drawn.indexOf("<svg")) + 1)
    // Titles that only repeat the names of nodes and edges, and ids that could be those of a section.
    .replaceAll(/<!--.*?-->\n?|<title>.*?<\/title>\n?|(?<=<g) id="[^"]*"/gs, "");
  return [
    `<svg class="diagram" role="img" aria-labelledby="diagram-title diagram-description" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" xmlns="http://www.w3.org/2000/svg">`,
    `<title id="diagram-title">${words.title}</title>`,
    `<desc id="diagram-description">${words.description}</desc>`,
    body.trim(),
  ].join("\n");
}

function graphOf({ nodes, edges }: Topology): Graph {
  return {
    directed: true,
    graphAttributes: {
      rankdir: "LR",
      bgcolor: "transparent",
      pad: 0.1,
      nodesep: 0.3,
      ranksep: 0.6,
    },
    nodeAttributes: { fontname: "Helvetica", fontsize: 13, margin: "0.16,0.08" },
    edgeAttributes: { fontname: "Helvetica", fontsize: 11, arrowsize: 0.7 },
    nodes: nodes.map((node) => ({
      name: node.id,
      attributes: { ...SHAPES[node.kind], class: node.kind, label: labelOf(node) },
    })),
    edges: edges.map(({ from, to, kind, label = "" }) => ({
      tail: from,
      head: to,
      attributes: { class: kind, style: EDGE_STYLES[kind], label: escaped(label) },
    })),
  };
}

function labelOf({ kind, label }: TopologyNode): string {
  const caption = CAPTIONS[kind];
  return caption === undefined ? escaped(label) : `${escaped(label)}\\n${caption}`;
}

/** Graphviz reads `\N` as a node's name and `\n` as a new line. */
function escaped(label: string): string {
  return label.replaceAll("\\", "\\\\");
}
