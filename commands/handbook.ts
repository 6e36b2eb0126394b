import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Command } from "commander";
import { pricesOf } from "../operations/cost/price-list";
import { wantedResources } from "../operations/cost/resources";
import { handbookOf } from "../operations/handbook/handbook";
import { handbookDocument } from "../operations/handbook/handbook-document";
import { htmlOf } from "../operations/handbook/rendering/html";
import { markdownOf } from "../operations/handbook/rendering/markdown";
import { ANSWER_SECONDS, type Running, readRunning } from "../operations/handbook/running";
import { readSources } from "../operations/handbook/sources";
import { createClients } from "../operations/target/clients";
import { Refusal } from "../operations/terminal/refusal";
import { synthesize } from "../operations/terraform/synthesis";
import { readSynthesizedStack } from "../operations/terraform/synthesized-stack";
import { STACKS } from "../operations/terraform/terraform-stack";
import { PROJECT_FOLDER, environment, readConfig } from "../project";
import type { Config } from "../spec/config";
import type { Services } from "../spec/service/spec";
import { variablesOf, withEnvironment } from "./environment-argument";

/** Separate from the deployment's folder and at the same depth, as that of `plan`. */
const SYNTH_FOLDER = path.join(PROJECT_FOLDER, ".platform", "handbook.out");

/** Where the handbooks go; Git ignores it. */
const DEFAULT_FOLDER = path.join(PROJECT_FOLDER, "handbook");

interface HandbookOptions {
  readonly out?: string;
}

export function handbook(command: Command): void {
  withEnvironment(command)
    .description(
      "Writes the handbook of an environment for the person on call, as one HTML page and as Markdown: " +
        "diagram, addresses, owners, sizes, scaling, alarms and what to do, log queries, rollback, cost. From " +
        "the synthesized stacks and, if AWS is reachable, from what runs. Changes nothing. On the local AWS: " +
        'eval "$(npx platform env)" first.',
    )
    .option("--out <folder>", "where the two files go (default: handbook, which Git ignores)")
    .addHelpText(
      "after",
      "\nExit codes: 0 both files are written, also without AWS; 1 otherwise, with the reason.",
    )
    .action(writeHandbook);
}

async function writeHandbook(
  named: string | undefined,
  { out = DEFAULT_FOLDER }: HandbookOptions,
): Promise<void> {
  const variables = variablesOf(named);
  const { config, services, problems } = readConfig({ ...environment, ...variables });
  if (problems.length > 0) {
    throw new Refusal(problems.join("\n"), "Correct the above and run the command again.");
  }
  console.error("Synthesizing the stacks");
  await synthesize({ environment: variables }, SYNTH_FOLDER);
  const stacks = STACKS.map((stack) => readSynthesizedStack(SYNTH_FOLDER, stack));
  const [sources, running] = await Promise.all([readSources(), askAws(config, services)]);
  const document = handbookDocument(
    handbookOf({
      config,
      services,
      resources: wantedResources(stacks),
      prices: pricesOf(config.region),
      sources,
      running,
      now: new Date(),
    }),
  );
  mkdirSync(out, { recursive: true });
  write(path.join(out, `${config.suffix}.html`), await htmlOf(document));
  write(path.join(out, `${config.suffix}.md`), markdownOf(document));
  // Requests without an answer would hold this process for a minute more.
  if (running.isLate) process.exit();
}

async function askAws(config: Config, services: Services): Promise<Running> {
  console.error(`Asking AWS what runs, for at most ${ANSWER_SECONDS} seconds`);
  const clients = createClients({ region: config.region, maxAttempts: 2 });
  const running = await readRunning({ config, services }, clients);
  for (const gap of running.gaps) console.error(`Not in the handbook: ${gap}`);
  return running;
}

function write(file: string, content: string): void {
  writeFileSync(file, content);
  console.log(path.relative(process.cwd(), file));
}
