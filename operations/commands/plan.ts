import path from "node:path";
import { execa } from "execa";
import { requireStatePlace } from "../checks/phase";
import { services as catalogue } from "../../services";
import { PROJECT_FOLDER, environment } from "../../project";
import { type PlannedStack, summarize } from "../plan/deployment-plan";
import { isEngineEmpty } from "../images/engine-cache";
import { whatToDo } from "../failures/failure";
import { Interrupted, stopOnInterrupt } from "../terminal/interruption";
import { isForeseen, lastProducer, missingInputs } from "../plan/missing-inputs";
import { moves } from "../deployment/moves";
import { planStack } from "../plan/plan-stack";
import { planText } from "../plan/plan-text";
import { Refusal } from "../terminal/refusal";
import { Failure, run } from "../terminal/run";
import { readStackPlan } from "../plan/stack-plan";
import { synthesize } from "../terraform/synthesis";
import { readSynthesizedStack } from "../terraform/synthesized-stack";
import { type Target, readTarget } from "../target/target";
import { STACKS, StackFailure, type StackName, readOutputs } from "../terraform/terraform-stack";

/**
 * Apart from where a deployment has its stacks: one that runs must not find those of another
 * environment there. At the same depth, because build contexts are relative to it.
 */
const PLAN_FOLDER = path.join(PROJECT_FOLDER, ".platform", "plan.out");

/** The exit codes of `terraform plan -detailed-exitcode`; 1 is for errors. */
const UNCHANGED = 0;
const CHANGED = 2;

/**
 * `npm run plan [-- --json]`: what a deployment of all three stacks would do, service by service.
 * Changes nothing, also where nothing is deployed yet. Works on AWS with the environment of the shell,
 * and on the local AWS after `eval "$(npm run --silent env)"`. Exit code 0 for no change, 2 for a
 * change, 1 for an error.
 */
async function plan(args: readonly string[]): Promise<void> {
  const unknown = args.filter((argument) => argument !== "--json");
  if (unknown.length > 0) {
    throw new Refusal(`${unknown.join(", ")} is no option of plan.`, "The only one is --json.");
  }
  const terraform = environment["TERRAFORM_BINARY_NAME"] ?? "terraform";
  await requireProgram(terraform);
  const target = readTarget(stopOnInterrupt());
  await synthesize({}, PLAN_FOLDER);
  await requireStatePlace(target);
  try {
    const { stacks, deployed } = await planStacks(target);
    const result = summarize(Object.keys(catalogue), stacks, moves(deployed, target.services));
    console.log(args.includes("--json") ? JSON.stringify(result, undefined, 2) : planText(result));
    process.exitCode = result.changed ? CHANGED : UNCHANGED;
  } catch (error) {
    if (error instanceof Interrupted) throw new Failure(["interrupted; nothing was changed"]);
    if (!(error instanceof StackFailure)) throw error;
    throw new Failure([
      `${error.stackName} cannot be planned.`,
      ...whatToDo(error, target.config),
      "Terraform said:",
      ...error.errors,
    ]);
  }
}

/** The synthesis asks Terraform for its version, and would end in a stack trace. */
async function requireProgram(terraform: string): Promise<void> {
  const { failed } = await execa(terraform, ["version"], { reject: false, timeout: 30_000 });
  if (!failed) return;
  throw new Refusal(
    `${terraform} cannot be run.`,
    "Install Terraform 1.11 or newer, or say in TERRAFORM_BINARY_NAME where it is.",
  );
}

/**
 * Plans each stack with what those before it have given out so far, which may lack something.
 *
 * @returns the plans, and what the deployed platform gives out
 */
async function planStacks({ clients, ...target }: Target) {
  const options = { ...target, report: () => undefined, synthFolder: PLAN_FOLDER };
  const holders = { docker: target.docker, ecr: clients.ecr };
  const given = new Map<StackName, string[]>();
  const planned: PlannedStack[] = [];
  let deployed: Readonly<Record<string, unknown>> = {};
  for (const stack of STACKS) {
    console.error(`Planning ${stack}`);
    const synthesized = readSynthesizedStack(PLAN_FOLDER, stack);
    const missing = missingInputs(synthesized, given);
    const json = await planStack(stack, {
      ...options,
      foreseen: (error) => isForeseen(error, missing) || isRefusedRemoval(error),
      trustState: stack === "images" && (await isEngineEmpty(holders, options)),
    });
    const outputs = await readOutputs(stack, options);
    given.set(stack, Object.keys(outputs));
    if (stack === "platform") deployed = outputs;
    planned.push({
      ...readStackPlan(json, synthesized),
      ...{ synthesized, waitsFor: lastProducer(missing) },
    });
  }
  return { stacks: planned, deployed };
}

/** A plan of everything loses a repository in use; a deployment takes that step last. */
function isRefusedRemoval(error: string): boolean {
  return error.replace(/\s+/g, " ").includes("still runs from its repository");
}

run(() => plan(process.argv.slice(2)));
