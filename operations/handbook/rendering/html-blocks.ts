import { drawDiagram } from "./diagram";
import { type Block, type Fact, type Inline, type Text, pieces } from "./document";
import { element, escaped } from "./markup";
import type { Topology } from "./topology";

/** A part of a section as HTML. */
export async function blockOf(block: Block): Promise<string> {
  switch (block.kind) {
    case "paragraph":
      return element("p", {}, textOf(block.text));
    case "notice":
      return element("p", { class: "notice" }, textOf(block.text));
    case "facts":
      return factsOf(block.facts);
    case "table":
      return scrolling(block.caption, tableOf(block));
    case "steps":
      return element("ol", {}, ...itemsOf(block.items));
    case "list":
      return element("ul", {}, ...itemsOf(block.items));
    case "code":
      // Reached by keyboard, because a long line scrolls.
      return element(
        "pre",
        { tabindex: "0" },
        element("code", {}, escaped(block.lines.join("\n"))),
      );
    case "diagram":
      return await figure(block.topology);
  }
}

async function figure(topology: Topology): Promise<string> {
  const { nodes, edges } = topology;
  const drawn = await drawDiagram(topology, {
    title: "Diagram of the environment",
    description: `${nodes.length} parts and ${edges.length} connections. The sections below say the same in words.`,
  });
  const legend = "Arrows: requests are solid, messages are dashed, data is dotted.";
  return element(
    "figure",
    {},
    scrolling("The diagram, which scrolls", drawn),
    element("figcaption", {}, legend),
  );
}

function factsOf(facts: readonly Fact[]): string {
  const rows = facts.map(([name, value]) =>
    element("div", {}, element("dt", {}, escaped(name)), element("dd", {}, textOf(value))),
  );
  return element("dl", {}, ...rows);
}

function tableOf({ caption, head, rows }: Block & { readonly kind: "table" }): string {
  const headers = head.map((name) => element("th", { scope: "col" }, escaped(name)));
  const body = rows.map(([first = "", ...cells]) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, textOf(first)),
      ...cells.map((cell) => element("td", {}, textOf(cell))),
    ),
  );
  return element(
    "table",
    {},
    element("caption", {}, escaped(caption)),
    element("thead", {}, element("tr", {}, ...headers)),
    element("tbody", {}, ...body),
  );
}

/** What is wider than a narrow screen scrolls within itself, also by keyboard. */
function scrolling(label: string, content: string): string {
  return element(
    "div",
    { class: "scroll", role: "region", "aria-label": label, tabindex: "0" },
    content,
  );
}

function itemsOf(items: readonly Text[]): string[] {
  return items.map((item) => element("li", {}, textOf(item)));
}

function textOf(text: Text): string {
  return pieces(text).map(inlineOf).join("");
}

function inlineOf(piece: Inline): string {
  if (typeof piece === "string") return escaped(piece);
  if ("code" in piece) return element("code", {}, escaped(piece.code));
  return element("a", { href: piece.to }, escaped(piece.link));
}
