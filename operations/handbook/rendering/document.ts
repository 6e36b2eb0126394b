import type { Topology } from "./topology";

/** A piece of text: plain, code, or a link to another page. Renderers escape each of them. */
export type Inline = string | { readonly code: string } | { readonly link: string; to: string };

/** Plain text, or pieces that are joined without anything between them. */
export type Text = string | readonly Inline[];

/** A part of a section. */
export type Block =
  | { readonly kind: "paragraph"; readonly text: Text }
  /** Something that the reader has to know before all else. */
  | { readonly kind: "notice"; readonly text: Text }
  | { readonly kind: "facts"; readonly facts: readonly Fact[] }
  | {
      readonly kind: "table";
      /** What the rows are. */
      readonly caption: string;
      readonly head: readonly string[];
      readonly rows: readonly (readonly Text[])[];
    }
  /** In this order. */
  | { readonly kind: "steps"; readonly items: readonly Text[] }
  | { readonly kind: "list"; readonly items: readonly Text[] }
  /** Lines to copy as they are. */
  | { readonly kind: "code"; readonly language: "sh" | "text"; readonly lines: readonly string[] }
  | { readonly kind: "diagram"; readonly topology: Topology };

/** A name, and what it has. */
export type Fact = readonly [name: string, value: Text];

/** A part of the handbook with a title of its own. */
export interface Section {
  readonly title: string;
  readonly blocks: readonly Block[];
  readonly sections?: readonly Section[];
}

/** The handbook as both renderings have it. */
export interface HandbookDocument {
  readonly title: string;
  /** One sentence: what this page is, of which time, and from what. */
  readonly written: string;
  readonly blocks: readonly Block[];
  readonly sections: readonly Section[];
}

export function paragraph(...text: readonly Inline[]): Block {
  return { kind: "paragraph", text };
}

/** Commands for a shell, one a line. */
export function commands(...lines: readonly string[]): Block {
  return { kind: "code", language: "sh", lines };
}

/** Code within a text. */
export function code(text: string): Inline {
  return { code: text };
}

/** The names as code, with commas between them; `none` for an empty list. */
export function names(list: readonly string[], none: string): Text {
  if (list.length === 0) return none;
  return list.flatMap((name, index) => [...(index > 0 ? [", "] : []), code(name)]);
}

/** The pieces of a text. */
export function pieces(text: Text): readonly Inline[] {
  return typeof text === "string" ? [text] : text;
}
