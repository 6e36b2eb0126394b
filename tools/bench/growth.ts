import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { median, spread } from "./median";
import type { Section } from "./section";
import { type Synthesis, synthesizePlatform } from "./synthesis-process";

/** Runs of each case after one warm-up. */
const RUNS = 5;

/** How time and memory of a synthesis grow with the number of services. */
export function growth(): Section {
  const cases = [1, 25, 50, 100].map((count) => ({ count, runs: measure(count) }));
  const cpuOf = (runs: readonly Synthesis[]) => median(runs.map(({ cpuSeconds }) => cpuSeconds));
  const one = cpuOf(cases[0]?.runs ?? []);
  const rows = cases.map(({ count, runs }) => {
    const seconds = runs.map((run) => run.seconds);
    return [
      String(count),
      median(seconds).toFixed(2),
      spread(seconds, 2),
      cpuOf(runs).toFixed(2),
      Math.max(...runs.map(({ megabytes }) => megabytes)).toFixed(0),
      count === 1 ? "" : (((cpuOf(runs) - one) * 1000) / (count - 1)).toFixed(0),
    ];
  });
  return {
    about: `${RUNS} runs of each after one to warm up; every second service has a database, and the first 50 are public.`,
    head: ["services", "seconds", "range", "CPU seconds", "peak MB", "CPU ms per further service"],
    rows,
  };
}

function measure(count: number): Synthesis[] {
  const folder = mkdtempSync(path.join(tmpdir(), "bench-"));
  try {
    const runs = Array.from({ length: RUNS + 1 }, () => synthesizePlatform(folder, count));
    return runs.slice(1);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
