import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { PROJECT_FOLDER } from "../../../../project";
import { readLoad } from "../../../../tools/bench/load";
import { rowsOf as requestRows } from "../../../../tools/bench/requests";
import { sectionText, withSection } from "../../../../tools/bench/section";
import { rowsOf as synthesisRows } from "../../../../tools/bench/synthesis";
import { tinyCatalogue } from "../../../../tools/bench/tiny-service";

test("a section names the machine, says how it was measured, and has a table", () => {
  const section = { about: "One run.", head: ["what", "seconds"], rows: [["a | b", "1.0"]] };
  expect(sectionText(section, "Measured 2026-12-01 on a machine")).toBe(
    [
      "Measured 2026-12-01 on a machine. One run.",
      "",
      "| what | seconds |",
      "| --- | --: |",
      "| a \\| b | 1.0 |",
    ].join("\n"),
  );
});

test("a part replaces its own section of the document alone", () => {
  const document =
    "# A\n<!-- bench:up -->\nold\n<!-- /bench:up -->\n<!-- bench:context -->\n\n<!-- /bench:context -->\n";
  expect(withSection(document, "up", "$& new")).toBe(
    document.replace("\nold\n", () => "\n\n$& new\n\n"),
  );
});

test("a document without the marks of a part is refused", () => {
  expect(() => withSection("<!-- /bench:up --> <!-- bench:up -->", "up", "new")).toThrow(
    "the document lacks <!-- bench:up --> … <!-- /bench:up -->",
  );
});

test.each(["synthesis", "growth", "context", "up", "services", "requests"])(
  "docs/bench.md has a section for %s",
  (part) => {
    const document = readFileSync(path.join(PROJECT_FOLDER, "docs", "bench.md"), "utf8");
    expect(withSection(document, part, "new")).toContain("\n\nnew\n\n");
  },
);

test("a synthesis is compared by its medians, by time and by CPU time", () => {
  const run = (seconds: number, cpuSeconds: number) => ({ seconds, cpuSeconds, megabytes: 100 });
  const rows = synthesisRows("shipped", [
    { name: "the platform", runs: [run(2, 1), run(1, 1), run(9, 1)], resources: 10 },
    { name: "AWS CDK", runs: [run(4, 4), run(5, 4), run(3, 4)], resources: 5 },
  ]);
  expect(rows).toEqual([
    ["shipped", "the platform", "2.00", "1.00 to 9.00", "1.00", "100", "10", ""],
    ["shipped", "AWS CDK", "4.00", "3.00 to 5.00", "4.00", "100", "5", "0.50, CPU 0.25"],
  ]);
});

test("requests that failed in any way are counted", () => {
  const printed = {
    url: "http://127.0.0.1",
    requests: { average: 812.4, total: 4062 },
    latency: { p50: 11, p99: 30, max: 90 },
    errors: 1,
    timeouts: 2,
    non2xx: 4,
  };
  expect(readLoad(JSON.stringify(printed))).toEqual({
    requestsPerSecond: 812.4,
    p50: 11,
    p99: 30,
    failed: 7,
  });
});

test("both ways of a request stand below each other, with the share of the first", () => {
  const load = (requestsPerSecond: number, failed = 0) => ({
    requestsPerSecond,
    p50: 10,
    p99: 20,
    failed,
  });
  expect(
    requestRows("tiny /tiny", {
      balanced: [load(300), load(250, 1), load(200, 1)],
      direct: [load(1000)],
    }),
  ).toEqual([
    ["tiny /tiny", "through the load balancer", "250", "200 to 300", "10", "20", "2", "0.25"],
    ["tiny /tiny", "to the task", "1000", "1000", "10", "20", "0", ""],
  ]);
});

test("a catalogue of small services has one path and one task each", () => {
  const catalogue = tinyCatalogue(30);
  const paths = [...catalogue.matchAll(/path: "(.*?)"/g)].map(([, found]) => found);
  expect(new Set(paths).size).toBe(30);
  expect(catalogue.match(/scaling: \{ min: 1, max: 1 \}/g)).toHaveLength(30);
});
