import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setImmediate as signalsSeen } from "node:timers/promises";
import { Argument, Command } from "commander";
import { format, resolveConfig } from "prettier";
import { stopOnInterrupt } from "../../operations/terminal/interruption";
import { Refusal } from "../../operations/terminal/refusal";
import { Failure, run } from "../../operations/terminal/run";
import { PROJECT_FOLDER } from "../../project";
import { context } from "./context";
import { growth } from "./growth";
import { loadAverage, placeOf } from "./machine";
import { requests } from "./requests";
import { type Part, sectionText, withSection } from "./section";
import { synthesis } from "./synthesis";
import { thirtyServices } from "./thirty-services";
import { up } from "./up";

const DOCUMENT = path.join(PROJECT_FOLDER, "docs", "bench.md");

const PARTS: Readonly<Record<string, Part>> = {
  synthesis: { summary: "the synthesis beside AWS CDK's", deploys: false, measure: synthesis },
  growth: { summary: "the synthesis of 1 to 100 services", deploys: false, measure: growth },
  context: { summary: "the hash of a large build context", deploys: false, measure: context },
  up: { summary: "up from nothing, without and with a change", deploys: true, measure: up },
  services: { summary: "up of thirty services", deploys: true, measure: thirtyServices },
  requests: { summary: "requests per second", deploys: true, measure: requests },
};

/**
 * `npm run bench [-- PART… --write]`: measures, and prints what docs/bench.md keeps. A synthesis keeps Node.js from seeing
 * a signal until it has ended.
 */
async function bench(names: readonly string[], write: boolean): Promise<void> {
  const signal = stopOnInterrupt("Interrupted: what the benchmark has deployed is removed.");
  const failures: string[] = [];
  for (const [name, part] of Object.entries(PARTS)) {
    if (names.length > 0 && !names.includes(name)) continue;
    await signalsSeen();
    signal.throwIfAborted();
    console.error(`\nMeasuring ${part.summary}`);
    try {
      await measure(name, part, { signal, write });
    } catch (error) {
      await signalsSeen();
      signal.throwIfAborted();
      failures.push(`${name}: ${wordsOf(error)}`);
    }
  }
  if (failures.length > 0) throw new Failure(["Parts that could not be measured:", ...failures]);
}

function wordsOf(error: unknown): string {
  if (error instanceof Refusal) return `${error.message}\n→ ${error.fix}`;
  return error instanceof Error ? error.message : String(error);
}

async function measure(
  name: string,
  part: Part,
  { signal, write }: { readonly signal: AbortSignal; readonly write: boolean },
): Promise<void> {
  const load = loadAverage();
  const section = await part.measure(signal);
  const text = sectionText(section, await placeOf(part.deploys, load));
  const options = { ...(await resolveConfig(DOCUMENT)), parser: "markdown" };
  console.log(`\n## ${part.summary}\n\n${await format(text, options)}`);
  if (!write) return;
  // Read again: a part takes minutes, in which the document may be edited.
  const document = withSection(readFileSync(DOCUMENT, "utf8"), name, text);
  writeFileSync(DOCUMENT, await format(document, options));
}

const parts = Object.entries(PARTS).map(([name, { summary }]) => `\n  ${name}: ${summary}`);

run(async () => {
  await new Command("npm run bench --")
    .description("Measures the platform on this machine, as docs/bench.md explains.")
    .addArgument(
      new Argument("[parts...]", `all by default:${parts.join("")}`).choices(Object.keys(PARTS)),
    )
    .option("--write", "replaces the parts in docs/bench.md")
    .action((names: string[], { write = false }: { write?: boolean }) => bench(names, write))
    .parseAsync();
});
