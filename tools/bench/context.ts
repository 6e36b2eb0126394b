import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import Table from "cli-table3";
import { readContext } from "../../stacks/images/context/context-digest";

/** Runs after one warm-up. */
const RUNS = 9;

const FOLDERS = 600;
const FILES = 100;
const FILE = Buffer.alloc(1024, "x");

/** `npm run bench`: measures how long a large build context takes to hash. */
function bench(): void {
  const folder = mkdtempSync(path.join(tmpdir(), "bench-context-"));
  try {
    generate(folder);
    const runs = Array.from({ length: RUNS + 1 }, () => measure(folder)).slice(1);
    const table = new Table({
      head: ["files", "seconds, median", "fastest to slowest", "CPU seconds, median"],
      style: { head: [], border: [] },
    });
    const seconds = runs.map((run) => run.seconds).sort((a, b) => a - b);
    const cpu = runs.map((run) => run.cpu).sort((a, b) => a - b);
    table.push([
      FOLDERS * FILES,
      median(seconds),
      `${seconds[0]?.toFixed(2)} to ${seconds.at(-1)?.toFixed(2)}`,
      median(cpu),
    ]);
    console.log(table.toString());
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

function median(sorted: readonly number[]): string {
  return (sorted[Math.floor(sorted.length / 2)] ?? NaN).toFixed(2);
}

bench();
