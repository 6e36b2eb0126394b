import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { readContext } from "../../stacks/images/context/context-digest";
import { median, spread } from "./median";
import type { Section } from "./section";

/** Runs after one warm-up. */
const RUNS = 9;

const FOLDERS = 600;
const FILES = 100;
const FILE = Buffer.alloc(1024, "x");

/** How long a large build context takes to hash. */
export function context(): Section {
  const folder = mkdtempSync(path.join(tmpdir(), "bench-context-"));
  try {
    generate(folder);
    const runs = Array.from({ length: RUNS + 1 }, () => measure(folder)).slice(1);
    const seconds = runs.map((run) => run.seconds);
    return {
      about: `${RUNS} runs after one to warm up, files of 1 KiB in ${FOLDERS} folders.`,
      head: ["files", "seconds", "range", "CPU seconds"],
      rows: [
        [
          String(FOLDERS * FILES),
          median(seconds).toFixed(2),
          spread(seconds, 2),
          median(runs.map((run) => run.cpu)).toFixed(2),
        ],
      ],
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function generate(folder: string): void {
  writeFileSync(path.join(folder, "Dockerfile"), "FROM scratch\nCOPY . .\n");
  writeFileSync(path.join(folder, ".dockerignore"), "**/*.log\n.git\n**/node_modules\n");
  for (let index = 0; index < FOLDERS; index++) {
    const into = path.join(folder, `folder-${index}`);
    mkdirSync(into);
    for (let file = 0; file < FILES; file++)
      writeFileSync(path.join(into, `file-${file}.js`), FILE);
  }
}

function measure(folder: string): { seconds: number; cpu: number } {
  const started = performance.now();
  const before = process.cpuUsage();
  const { problems } = readContext(folder);
  const { user, system } = process.cpuUsage(before);
  if (problems.length > 0) throw new Error(problems.join("\n"));
  return { seconds: (performance.now() - started) / 1000, cpu: (user + system) / 1e6 };
}
