import { createHash } from "node:crypto";
import type { HandbookDocument, Section } from "./document";
import { blockOf } from "./html-blocks";
import { element, escaped } from "./markup";
import { STYLE } from "./style";

/** A section with the id that links lead to. */
interface PlacedSection extends Section {
  readonly id: string;
  readonly sections: readonly PlacedSection[];
}

/**
 * The handbook as one HTML page that needs nothing else: no script, and a policy that forbids the browser to
 * fetch anything or to apply another style than the page's own.
 *
 * @see https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Content-Security-Policy
 */
export async function htmlOf(document: HandbookDocument): Promise<string> {
  const { title, written, blocks } = document;
  const sections = document.sections.map((section) => placed(section, ""));
  const hash = createHash("sha256").update(STYLE).digest("base64");
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  return [
    "<!doctype html>",
    '<html lang="en">',
    "<head>",
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    '<meta name="referrer" content="no-referrer">',
    `<title>${escaped(title)}</title>`,
    `<style>${STYLE}</style>`,
    "</head>",
    "<body>",
    '<a class="skip" href="#main">Skip to the content</a>',
    `<header><h1>${escaped(title)}</h1><p>${escaped(written)}</p></header>`,
    element("nav", { "aria-label": "Contents" }, contents(sections)),
    '<main id="main" tabindex="-1">',
    ...(await inOrder(blocks, blockOf)),
    ...(await inOrder(sections, (section) => sectionOf(section, 2))),
    "</main>",
    "</body>",
    "</html>",
    "",
  ].join("\n");
}

/** Ids are made of the titles of all levels, so that a queue and a service of one name have two. */
function placed({ title, blocks, sections = [] }: Section, parent: string): PlacedSection {
  const slug = title.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
  const id = [parent, slug].filter(Boolean).join("-");
  return { title, blocks, id, sections: sections.map((section) => placed(section, id)) };
}

/** The sections of the first two levels. */
function contents(sections: readonly PlacedSection[], levels = 2): string {
  if (sections.length === 0 || levels === 0) return "";
  const items = sections.map(({ id, title, sections: inner }) =>
    element(
      "li",
      {},
      element("a", { href: `#${id}` }, escaped(title)),
      contents(inner, levels - 1),
    ),
  );
  return element("ul", {}, ...items);
}

async function sectionOf(section: PlacedSection, level: number): Promise<string> {
  const heading = `h${Math.min(level, 6)}`;
  return element(
    "section",
    {},
    element(heading, { id: section.id }, escaped(section.title)),
    ...(await inOrder(section.blocks, blockOf)),
    ...(await inOrder(section.sections, (each) => sectionOf(each, level + 1))),
  );
}

async function inOrder<Part>(
  parts: readonly Part[],
  render: (part: Part) => Promise<string>,
): Promise<string[]> {
  return await Promise.all(parts.map(render));
}
