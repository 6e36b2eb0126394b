import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { STACKS } from "../../operations/terraform/terraform-stack";
import { record } from "../../operations/terraform/terraform-events";
import { PROJECT_FOLDER, readConfig } from "../../project";
import { cdkResources, installCdk, synthesizeCdk, writeCatalogue } from "./cdk-app";
import { generate } from "./generated";
import { median, spread } from "./median";
import type { Section } from "./section";
import { type Synthesis, synthesizePlatform } from "./synthesis-process";

/** Runs of each side, in turn, after one to warm up. */
const RUNS = 7;

const GENERATED = 30;

/** One way to synthesize a catalogue. */
interface Side {
  readonly name: string;
  readonly runs: readonly Synthesis[];
  readonly resources: number;
}

/** The platform's synthesis and that of the same services with AWS CDK's patterns, process by process. */
export async function synthesis(signal: AbortSignal): Promise<Section> {
  await installCdk(signal);
  const shipped = rowsOf("shipped", compare(undefined));
  signal.throwIfAborted();
  return {
    about:
      `Medians of ${RUNS} runs of each side, in turn, after one to warm up; each run is a process of its own, ` +
      "from the start of Node.js to its end. The last column is the platform's seconds divided by those of the row, " +
      "and the same of the CPU seconds, which a busy machine changes less.",
    head: [
      "catalogue",
      "by",
      "seconds",
      "range",
      "CPU seconds",
      "peak MB",
      "resources",
      "platform ÷ it",
    ],
    rows: [...shipped, ...rowsOf(`${GENERATED} generated`, compare(GENERATED))],
  };
}

const secondsOf = ({ runs }: Side) => runs.map(({ seconds }) => seconds);
const cpuOf = ({ runs }: Side) => runs.map(({ cpuSeconds }) => cpuSeconds);

/** @param sides the platform first */
export function rowsOf(catalogue: string, sides: readonly Side[]): string[][] {
  const [platform] = sides;
  return sides.map((side) => [
    catalogue,
    side.name,
    median(secondsOf(side)).toFixed(2),
    spread(secondsOf(side), 2),
    median(cpuOf(side)).toFixed(2),
    Math.max(...side.runs.map(({ megabytes }) => megabytes)).toFixed(0),
    String(side.resources),
    platform === undefined || side === platform ? "" : share(platform, side),
  ]);
}

function share(platform: Side, other: Side): string {
  const time = median(secondsOf(platform)) / median(secondsOf(other));
  return `${time.toFixed(2)}, CPU ${(median(cpuOf(platform)) / median(cpuOf(other))).toFixed(2)}`;
}

function compare(count: number | undefined): Side[] {
  const folder = mkdtempSync(path.join(tmpdir(), "bench-"));
  try {
    const own = path.join(folder, "platform");
    const cdk = path.join(folder, "cdk");
    mkdirSync(own);
    const catalogue = path.join(folder, "catalogue.json");
    if (count === undefined) {
      writeCatalogue(catalogue, readConfig({}).services, shippedFolder);
    } else {
      const { services, folderOf } = generate(count, own);
      writeCatalogue(catalogue, services, folderOf);
    }
    const rounds = Array.from({ length: RUNS + 1 }, () => ({
      own: synthesizePlatform(own, count),
      cdk: synthesizeCdk(catalogue, cdk, true),
      unvalidated: synthesizeCdk(catalogue, cdk, false),
    })).slice(1);
    const resources = cdkResources(cdk);
    const unvalidated = rounds.map((round) => round.unvalidated);
    return [
      {
        name: "the platform",
        runs: rounds.map((round) => round.own),
        resources: ownResources(own),
      },
      { name: "AWS CDK", runs: rounds.map((round) => round.cdk), resources },
      { name: "AWS CDK without validation", runs: unvalidated, resources },
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** None of the shipped services builds from elsewhere. */
function shippedFolder(service: string): string {
  return path.join(PROJECT_FOLDER, "services", service);
}

/** The resources of the three stacks. */
function ownResources(folder: string): number {
  const counts = STACKS.map((stack) => {
    const file = path.join(folder, "out", "stacks", stack, "cdk.tf.json");
    const { resource } = record(JSON.parse(readFileSync(file, "utf8")));
    return Object.values(record(resource)).flatMap((named) => Object.keys(record(named))).length;
  });
  return counts.reduce((sum, count) => sum + count, 0);
}
