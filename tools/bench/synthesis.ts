import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import Table from "cli-table3";
import { PROJECT_FOLDER } from "../../project";

/** Runs of each case after one warm-up; the median is reported. */
const RUNS = 5;

interface Measurement {
  readonly seconds: number;
  readonly megabytes: number;
}

/**
 * `npm run bench`: measures the time and memory of whole synthesis processes, for the shipped catalogue
 * and for generated catalogues that show how both grow.
 */
function bench(): void {
  const table = new Table({
    head: [
      "catalogue",
      "seconds, median",
      "fastest to slowest",
      "peak MB",
      "ms per additional service",
    ],
    style: { head: [], border: [] },
  });
  let one = NaN;
  for (const count of [undefined, 1, 25, 50, 100]) {
    const runs = measure(count);
    const seconds = runs.map((run) => run.seconds).sort((a, b) => a - b);
    const median = seconds[Math.floor(seconds.length / 2)] ?? NaN;
    if (count === 1) one = median;
    const each = ((median - one) * 1000) / ((count ?? 1) - 1);
    table.push([
      count === undefined ? "shipped" : `${count} generated`,
      median.toFixed(2),
      `${seconds[0]?.toFixed(2)} to ${seconds.at(-1)?.toFixed(2)}`,
      Math.max(...runs.map((run) => run.megabytes)).toFixed(0),
      Number.isFinite(each) ? each.toFixed(0) : "",
    ]);
  }
  console.log(table.toString());
}

function measure(count: number | undefined): Measurement[] {
  const folder = mkdtempSync(path.join(tmpdir(), "bench-"));
  try {
    const runs = Array.from({ length: RUNS + 1 }, () => synthesizeOnce(folder, count));
    return runs.slice(1);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function synthesizeOnce(folder: string, count: number | undefined): Measurement {
  const args = ["--require", "tsx/cjs", path.join("tools", "bench", "app.ts"), folder];
  if (count !== undefined) args.push(String(count));
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: PROJECT_FOLDER,
    encoding: "utf8",
    timeout: 60_000,
  });
  const seconds = (performance.now() - started) / 1000;
  if (status !== 0) throw new Error(stderr);
  return { seconds, megabytes: Number(stdout) };
}

bench();
