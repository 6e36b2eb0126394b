import type { Command } from "commander";
import path from "node:path";
import { execa } from "execa";
import { pastTimes } from "../operations/checks/past-times";
import { missingSecretLines, requireStatePlace } from "../operations/checks/phase";
import { costChange, costLines } from "../operations/cost/cost-change";
import { wantedResources } from "../operations/cost/resources";
import { services as catalogue } from "../services";
import { PROJECT_FOLDER, environment as shell } from "../project";
import { withoutRedirects } from "../spec/variables/terraform-variables";
import { type PlannedStack, summarize } from "../operations/plan/deployment-plan";
import { planningOfImages } from "../operations/images/images-planning";
import { whatToDo } from "../operations/failures/failure";
import { Interrupted, stopOnInterrupt } from "../operations/terminal/interruption";
import { requireOwnRuns, writeApproval } from "../operations/approval/approval";
import { planToApprove } from "./plan-to-approve";
import { isForeseen, lastProducer, missingInputs } from "../operations/plan/missing-inputs";
import { moves } from "../operations/deployment/moves";
import { requireKeptData } from "../operations/deployment/kept-data";
import { planStack } from "../operations/plan/plan-stack";
import { planText } from "../operations/plan/plan-text";
import { Refusal } from "../operations/terminal/refusal";
import { Failure } from "../operations/terminal/run";
import { readStackPlan } from "../operations/plan/stack-plan";
import { USUAL } from "../operations/terraform/planning";
import { synthesize } from "../operations/terraform/synthesis";
import { readSynthesizedStack } from "../operations/terraform/synthesized-stack";
import { type Target, readTarget } from "../operations/target/target";
import {
  STACKS,
  StackFailure,
  type StackName,
  readOutputs,
} from "../operations/terraform/terraform-stack";
import { variablesOf, withEnvironment } from "./environment-argument";

/**
 * Separate from the deployment's folder, so that a running deployment never finds another environment's
 * stacks there. At the same depth, because build contexts are relative to it.
 */
const PLAN_FOLDER = path.join(PROJECT_FOLDER, ".platform", "plan.out");

/** The exit codes of `terraform plan -detailed-exitcode`; 1 means an error. */
const UNCHANGED = 0;
const CHANGED = 2;

interface PlanOptions {
  readonly json?: boolean;
  readonly out?: string;
}

export function plan(command: Command): void {
  withEnvironment(command)
    .description(
      "Shows what a deployment of all three stacks would do, service by service. Changes nothing, " +
        "and works before anything is deployed.",
    )
    .option("--json", "print JSON")
    .option(
      "--out <folder>",
      "also write there what somebody approves, for deploy --plan; refreshes the states first",
    )
    .addHelpText("after", "\nExit codes: 0 no change, 2 changes, 1 an error.")
    .action(planEnvironment);
}

async function planEnvironment(
  environment: string | undefined,
  { json = false, out }: PlanOptions,
): Promise<void> {
  const target = readTarget(stopOnInterrupt(), variablesOf(environment));
  if (out !== undefined) requireOwnRuns(target.config);
  await requireProgram(target.terraform);
  try {
    await synthesize(target, PLAN_FOLDER);
    await requireStatePlace(target);
    const options = { ...target, report: console.error, synthFolder: PLAN_FOLDER };
    const running = await readOutputs("platform", options);
    const lost = await requireKeptData(running, target);
    const planned = await (out === undefined
      ? planStacks(target)
      : planToApprove(target, PLAN_FOLDER));
    const { stacks, deployed, approval } = planned;
    const cost = costChange(
      stacks.flatMap((stack) => stack.deployed),
      wantedResources(stacks.map(({ synthesized }) => synthesized)),
      target.config,
    );
    const result = {
      ...summarize(Object.keys(catalogue), stacks, [...lost, ...moves(deployed, target.services)]),
      ...(cost && { cost }),
    };
    const text = [planText(result), ...costLines(cost), ...(approval?.notes ?? [])].join("\n");
    console.log(json ? JSON.stringify(result, undefined, 2) : text);
    for (const line of await missingSecretLines(target)) console.error(line);
    for (const line of pastTimes(target.services, new Date())) console.error(line);
    if (out !== undefined && approval) {
      writeApproval(out, approval.content, [text, approval.terraform].join("\n\n"));
    }
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

/** Before anything is written: a Terraform that is there and does not run fails with words of its own. */
async function requireProgram(terraform: string): Promise<void> {
  const { failed } = await execa(terraform, ["version"], {
    env: withoutRedirects(shell),
    reject: false,
    timeout: 30_000,
  });
  if (!failed) return;
  throw new Refusal(
    `${terraform} cannot be run.`,
    "Install Terraform 1.11 or newer, or set TERRAFORM_BINARY_NAME to its path.",
  );
}

/**
 * Plans each stack with the current outputs of the earlier ones, which may be incomplete.
 *
 * @returns the plans and the outputs of the deployed platform
 */
async function planStacks({ clients, ...target }: Target) {
  const options = { ...target, report: console.error, synthFolder: PLAN_FOLDER };
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
      ...(stack === "images" ? (await planningOfImages(holders, options)).planning : USUAL),
    });
    const outputs = await readOutputs(stack, options);
    given.set(stack, Object.keys(outputs));
    if (stack === "platform") deployed = outputs;
    planned.push({
      ...readStackPlan(json, synthesized),
      synthesized,
      waitsFor: lastProducer(missing),
    });
  }
  return { stacks: planned, deployed, approval: undefined };
}

/** A full plan would delete a repository in use; a deployment takes that step last. */
function isRefusedRemoval(error: string): boolean {
  return error.replace(/\s+/g, " ").includes("still runs from its repository");
}
