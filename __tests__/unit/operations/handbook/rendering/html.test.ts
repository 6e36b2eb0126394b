import { createHash } from "node:crypto";
import axe from "axe-core";
import { JSDOM } from "jsdom";
import { describe, expect, test } from "vitest";
import type {
  Block,
  HandbookDocument,
} from "../../../../../operations/handbook/rendering/document";
import { htmlOf } from "../../../../../operations/handbook/rendering/html";
import type { Services } from "../../../../../spec/service/spec";
import { pageWith } from "../../../../support/handbook";

const EVIL = `<img src=x onerror="alert('1')">&"'`;

/** A page in which everything that can be a text is this one. */
function everywhere(text: string): HandbookDocument {
  const blocks: readonly Block[] = [
    { kind: "paragraph", text: [text, { code: text }, { link: text, to: `https://x/${text}` }] },
    { kind: "notice", text },
    { kind: "facts", facts: [[text, text]] },
    { kind: "table", caption: text, head: [text], rows: [[text]] },
    { kind: "steps", items: [text] },
    { kind: "list", items: [text] },
    { kind: "code", language: "sh", lines: [text] },
    {
      kind: "diagram",
      topology: {
        nodes: [
          { id: "a", kind: "service", label: text },
          { id: "b", kind: "queue", label: text },
        ],
        edges: [{ from: "a", to: "b", kind: "message", label: text }],
      },
    },
  ];
  return { title: text, written: text, blocks, sections: [{ title: text, blocks }] };
}

/** The parts of a page, as a browser reads them. */
function read(html: string) {
  const { document } = new JSDOM(html).window;
  return (selector: string) => [...document.querySelectorAll(selector)];
}

test("nothing that a catalogue says becomes markup, wherever it stands", async () => {
  const all = read(await htmlOf(everywhere(EVIL)));
  expect(all("img, script, [onerror]")).toEqual([]);
  const texts = all("h1, p, dt, dd, th, caption, code, li, a, text").map(
    (each) => each.textContent,
  );
  expect(texts.filter((each) => each.includes(EVIL)).length).toBeGreaterThan(20);
});

test("a text's code is code, and its link leads to its page", async () => {
  const link = { link: "AWS", to: "https://aws/?a=1&b" };
  const blocks = [
    { kind: "paragraph", text: ["Run ", { code: "npx platform up" }, ", see ", link] },
  ] as const;
  const all = read(await htmlOf({ title: "T", written: "W", blocks, sections: [] }));
  const texts = (selector: string) => all(selector).map((each) => each.textContent);
  expect(texts("main p")).toEqual(["Run npx platform up, see AWS"]);
  expect(texts("main p > code")).toEqual(["npx platform up"]);
  expect(all("main p > a").map((each) => each.getAttribute("href"))).toEqual([link.to]);
});

test("a page without sections has no contents", async () => {
  const all = read(await htmlOf({ title: "T", written: "W", blocks: [], sections: [] }));
  expect(all("nav")).toHaveLength(1);
  expect(all("nav *")).toEqual([]);
  expect(all("nav").map((each) => each.textContent)).toEqual([""]);
});

test("the contents are the first two levels, and an id is made of the titles of all", async () => {
  const inner = { title: "Third", blocks: [] };
  const second = { title: "Dead letters, of a&b", blocks: [], sections: [inner] };
  const sections = [{ title: "Queues", blocks: [], sections: [second] }];
  const all = read(await htmlOf({ title: "T", written: "W", blocks: [], sections }));
  expect(all("nav a").map((each) => each.getAttribute("href"))).toEqual([
    "#queues",
    "#queues-dead-letters-of-a-b",
  ]);
  expect(all("main [id]").map((each) => each.getAttribute("id"))).toEqual([
    "queues",
    "queues-dead-letters-of-a-b",
    "queues-dead-letters-of-a-b-third",
  ]);
  expect(all("nav ul")).toHaveLength(2);
  expect(all("nav li").map((each) => each.textContent)).toEqual([
    "QueuesDead letters, of a&b",
    "Dead letters, of a&b",
  ]);
});

describe("the page is complete in itself", () => {
  test("it fetches nothing: no script, image, style sheet or font", async () => {
    const html = await pageWith();
    const all = read(html);
    expect(all("script, link, img, iframe, object, embed, [src], [style], image, use")).toEqual([]);
    expect(html).not.toMatch(/@import|url\(/);
  });

  test("its policy allows its own style alone, by the hash of it", async () => {
    const all = read(await pageWith());
    const [style] = all("style");
    const hash = createHash("sha256")
      .update(style?.textContent ?? "")
      .digest("base64");
    const [policy] = all("meta[http-equiv=Content-Security-Policy]");
    expect(policy?.getAttribute("content")).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`,
    );
  });

  test("each link of the contents leads to a part of the page, and no two have one id", async () => {
    const all = read(await pageWith());
    const ids = all("[id]").map((each) => each.getAttribute("id"));
    expect(new Set(ids).size).toBe(ids.length);
    const links = all("nav a").map((each) => each.getAttribute("href")?.slice(1));
    expect(links.length).toBeGreaterThan(10);
    expect(links.filter((link) => !ids.includes(link ?? ""))).toEqual([]);
  });
});

const size = { cpu: 256, memory: 512 } as const;
const bare: Services = { worker: { size } };

test.each([
  ["the included services", undefined],
  ["a single worker", bare],
])("axe finds no barrier in the page of %s", async (_, services) => {
  const html = await pageWith(services && { services, settings: { alarms: false } });
  const { window } = new JSDOM(html, { runScripts: "outside-only", pretendToBeVisual: true });
  window.eval(axe.source);
  // The contrast of colours needs a browser that draws.
  const found = (await window.eval(
    'axe.run(document, { rules: { "color-contrast": { enabled: false } } })',
  )) as axe.AxeResults;
  window.close();
  expect(found.passes.length).toBeGreaterThan(20);
  expect(found.violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html)])).toEqual([]);
});
