import type { Command } from "commander";
import { Refusal } from "../operations/terminal/refusal";
import { connect } from "../operations/target/engine";
import { environments } from "../environments";
import { githubApi } from "../operations/github/api";
import { gateOf, gateProblems } from "../operations/github/environments";
import { services as catalogue } from "../services";
import { REFUSED, environment, readConfig, sourcesOf } from "../project";
import { deploymentProblems } from "../spec/service/problems";
import { buildContexts, contextProblems } from "../stacks/images/build-context";
import type { CheckResult, Problem } from "../operations/checks/check";
import { type Outcome, problemsOf, runChecks } from "../operations/checks/preflight";
import { variablesOf, withEnvironment } from "./environment-argument";

export function doctor(command: Command): void {
  withEnvironment(command)
    .description(
      "Checks everything a deployment needs and prints a line for each condition. Reads only.",
    )
    .addHelpText(
      "after",
      "\nExit codes: 0 all is well, 1 a condition is not met, 2 a mistake in the settings or the catalogue.",
    )
    .action(async (named: string | undefined) => {
      // A hanging connection would keep the process alive after its last line.
      process.exit(await examine(variablesOf(named)));
    });
}

async function examine(variables: Readonly<Record<string, string>>): Promise<number> {
  const read = readConfig({ ...environment, ...variables });
  const { config, services, problems } = read;
  const { docker, refusal } = engineOfShell();
  const settings = outcome("Settings", `${config.name}-${config.suffix} in ${config.region}`, [
    ...problems.map(inSettings),
    ...(refusal ? [refusal] : []),
  ]);
  const contexts = outcome(
    "Catalogue and build contexts",
    Object.keys(services).join(", "),
    [
      ...deploymentProblems(catalogue, read),
      ...contextProblems(config, services, buildContexts(sourcesOf(services))),
    ].map(inCatalogue),
  );
  show([settings, contexts]);
  if (!docker || problemsOf([settings, contexts]).length > 0) return REFUSED;

  const outcomes = await runChecks({
    config,
    services,
    docker,
    clientSettings: { region: config.region, maxAttempts: 3 },
    terraform: environment["TERRAFORM_BINARY_NAME"] ?? "terraform",
  });
  show(outcomes);
  const github = await onGithub(config.suffix);
  return problemsOf([...outcomes, ...github]).length > 0 ? 1 : 0;
}

/** The environment on GitHub, where pipelines deploy it; only read with a token. */
async function onGithub(suffix: string): Promise<Outcome[]> {
  const title = "Environment on GitHub";
  const found = await githubApi(environment);
  if ("missing" in found) {
    console.log(`– ${title}: not checked: ${found.missing}`);
    return [];
  }
  const gate = gateOf(suffix, environments);
  const shown = outcome(
    title,
    `${gate.name} in ${found.api.repository}`,
    await gateProblems(found.api, [gate]),
  );
  show([shown]);
  return [shown];
}

function engineOfShell() {
  try {
    return { docker: connect(environment["DOCKER_HOST"]), refusal: undefined };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { docker: undefined, refusal: { problem: error.message, fix: error.fix } };
  }
}

function outcome(title: string, found: string, problems: readonly Problem[]): Outcome {
  return { title, result: problems.length > 0 ? { problems } : { found } };
}

function inSettings(problem: string): Problem {
  return { problem, fix: "correct the variable or environments.ts, then run the command again" };
}

function inCatalogue(problem: string): Problem {
  return {
    problem,
    fix: "correct services/index.ts, its overrides in environments.ts, or the service's folder",
  };
}

function show(outcomes: readonly Outcome[]): void {
  for (const { title, result } of outcomes) console.log(lines(title, result).join("\n"));
}

function lines(title: string, result: CheckResult | undefined): string[] {
  if (!result) return [`– ${title}: not checked without valid credentials`];
  if ("found" in result) return [`✔ ${title}: ${result.found}`];
  return result.problems.flatMap(({ problem, fix }) => [`✖ ${title}: ${problem}`, `  → ${fix}`]);
}
