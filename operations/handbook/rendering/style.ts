/** The style of the page: system fonts, the colours of the reader's scheme, one column on narrow screens. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #ffffff;
  --text: #1b1f24;
  --quiet: #57606a;
  --line: #d0d7de;
  --panel: #f5f6f8;
  --link: #0550ae;
  --notice: #9a6700;
  --notice-panel: #fff8e5;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14171a;
    --text: #e6e9ec;
    --quiet: #a3acb5;
    --line: #3a4048;
    --panel: #1e2328;
    --link: #7ab7ff;
    --notice: #d9a521;
    --notice-panel: #262215;
  }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body {
  margin: 0 auto;
  padding: 1.5rem clamp(0.9rem, 3vw, 2.5rem) 4rem;
  max-width: 100rem;
  background: var(--page);
  color: var(--text);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif;
}
h1 { margin: 0 0 0.25rem; font-size: 1.75rem; line-height: 1.2; }
h2 { margin: 3rem 0 0.75rem; padding-bottom: 0.3rem; border-bottom: 1px solid var(--line); font-size: 1.35rem; }
h3 { margin: 2.25rem 0 0.5rem; font-size: 1.1rem; }
h4 { margin: 1.5rem 0 0.4rem; font-size: 1rem; }
p, ul, ol, dl, pre, figure { margin: 0.6rem 0; }
p, li, dd { max-width: 75ch; overflow-wrap: anywhere; }
header p { color: var(--quiet); }
a { color: var(--link); text-underline-offset: 0.15em; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: 1rem; top: 0.5rem; padding: 0.25rem 0.5rem; background: var(--page); }
main:focus { outline: none; }
code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; font-size: 0.875em; }
:not(pre) > code { padding: 0.1em 0.3em; border-radius: 4px; background: var(--panel); overflow-wrap: anywhere; }
pre { padding: 0.7rem 0.9rem; border: 1px solid var(--line); border-radius: 6px; background: var(--panel); overflow-x: auto; line-height: 1.45; }
.notice { padding: 0.6rem 0.9rem; border-left: 4px solid var(--notice); background: var(--notice-panel); }
dl > div { display: grid; grid-template-columns: minmax(7rem, 11rem) 1fr; gap: 0 1rem; padding: 0.15rem 0; }
dt { color: var(--quiet); }
dd { margin: 0; min-width: 0; }
.scroll { overflow-x: auto; margin: 0.75rem 0; }
table { border-collapse: collapse; font-size: 0.925rem; }
figcaption { color: var(--quiet); font-size: 0.925rem; }
caption { padding-bottom: 0.35rem; color: var(--quiet); text-align: left; }
th, td { padding: 0.4rem 0.8rem 0.4rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
thead th { color: var(--quiet); font-weight: 600; white-space: nowrap; }
tbody th { font-weight: 600; white-space: nowrap; }
td { max-width: 32rem; min-width: 5rem; }
td code { white-space: nowrap; }
nav ul { margin: 0; padding: 0; list-style: none; }
nav li { max-width: none; }
nav a { display: inline-block; padding: 0.2rem 0; text-decoration: none; }
nav a:hover { text-decoration: underline; }
nav > ul { display: flex; flex-wrap: wrap; gap: 0 1.25rem; }
nav ul ul { display: none; }
/* Shrunk to the page as far as it stays legible; then it scrolls. */
svg.diagram { display: block; max-width: max(100%, 55rem); height: auto; }
.diagram text { font-family: Helvetica, Arial, "Liberation Sans", sans-serif; fill: var(--text); }
.diagram .node :is(path, polygon, polyline, ellipse) { fill: var(--panel); stroke: var(--quiet); }
.diagram .node polyline { fill: none; }
.diagram .node:is(.service, .worker, .job) path { fill: var(--page); stroke: var(--link); stroke-width: 1.5; }
.diagram .edge path { stroke: var(--quiet); }
.diagram .edge polygon { fill: var(--quiet); stroke: var(--quiet); }
.diagram .edge text { fill: var(--quiet); }
@media (min-width: 70rem) {
  body { display: grid; grid-template-columns: 14rem minmax(0, 1fr); column-gap: 3rem; }
  header { grid-column: 1 / -1; }
  nav { position: sticky; top: 1.5rem; max-height: calc(100vh - 3rem); overflow-y: auto; align-self: start; margin-top: 1.5rem; font-size: 0.925rem; }
  nav > ul { display: block; }
  nav ul ul { display: block; padding-left: 0.9rem; }
}
@media (max-width: 40rem) {
  dl > div { grid-template-columns: 1fr; padding: 0.3rem 0; }
}
@media print {
  :root { --page: #ffffff; --text: #000000; --quiet: #444444; --line: #bbbbbb; --panel: #ffffff; --link: #000000; --notice-panel: #ffffff; }
  body { display: block; padding: 0; max-width: none; font-size: 10pt; }
  nav, .skip { display: none; }
  .scroll { overflow: visible; }
  svg.diagram { max-width: 100%; height: auto; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; }
  h2, h3, h4 { break-after: avoid; }
  tr, pre, dl > div { break-inside: avoid; }
}
`;
