import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { execa } from "execa";
import type { Report } from "./refusal";
import { StackProgress } from "./stack-progress";
import { SYNTH_FOLDER } from "./synthesis";
import { type Changes, parseEvent } from "./terraform-events";

export type StackName = "registry" | "images" | "platform";

/** The order of deployment; destruction goes the other way. */
export const STACKS: readonly StackName[] = ["registry", "images", "platform"];

export interface TerraformOptions {
  readonly terraform: string;
  /** On top of the environment of this process. */
  readonly environment: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly report: Report;
}

/** Terraform ended with errors; `errors` are its own words. */
export class StackFailure extends Error {
  constructor(
    readonly stackName: StackName,
    readonly errors: readonly string[],
    /** Addresses of the resources that failed; none when the plan did. */
    readonly failed: readonly string[] = [],
  ) {
    super(`stack ${stackName} failed`);
    this.name = "StackFailure";
  }
}

/**
 * Another run may hold the state, say one that was interrupted and is about to end. Terraform waits
 * for it that long.
 */
const LOCK_TIMEOUT = "30s";

/** Applies or destroys one synthesized stack and reports every second what Terraform waits for. */
export async function runStack(
  action: "apply" | "destroy",
  stack: StackName,
  options: TerraformOptions,
): Promise<Changes> {
  await initialize(stack, options);
  const progress = new StackProgress();
  const child = spawnTerraform(stack, options, [
    ...[action, "-json", "-auto-approve", "-input=false", "-parallelism=20"],
    `-lock-timeout=${LOCK_TIMEOUT}`,
  ]);
  const timer = setInterval(() => {
    options.report(progress.line(Date.now()));
  }, 1000);
  try {
    for await (const line of child.iterable({ from: "all" })) {
      const event = parseEvent(line);
      if (event) progress.record(event, Date.now());
    }
    await child;
  } catch (error) {
    options.signal.throwIfAborted();
    const errors = progress.errors.length > 0 ? progress.errors : [String(error)];
    throw new StackFailure(stack, errors, progress.failed);
  } finally {
    clearInterval(timer);
  }
  return progress.changes;
}

/** The values that the stack gives out. */
export async function readOutputs(
  stack: StackName,
  options: TerraformOptions,
): Promise<Record<string, unknown>> {
  const { stdout } = await spawnTerraform(stack, options, ["output", "-json"]);
  const outputs = JSON.parse(stdout) as Record<string, { value: unknown }>;
  return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]));
}

/**
 * `terraform init`, unless it has been run with the same providers and backend: it takes seconds to
 * hash a provider of 700 MB.
 */
async function initialize(stack: StackName, options: TerraformOptions): Promise<void> {
  const folder = stackFolder(stack);
  const { terraform } = JSON.parse(readFileSync(path.join(folder, "cdk.tf.json"), "utf8")) as {
    terraform: unknown;
  };
  const cliConfigFile = options.environment["TF_CLI_CONFIG_FILE"];
  const cliConfig = cliConfigFile ? readFileSync(cliConfigFile, "utf8") : "";
  const inputs = createHash("sha256")
    .update(JSON.stringify([terraform, cliConfig]))
    .digest("hex");
  const marker = path.join(folder, ".terraform", "initialized-for");
  if (existsSync(marker) && readFileSync(marker, "utf8") === inputs) return;
  options.report("installing the providers into the stack");
  try {
    await spawnTerraform(stack, options, ["init", "-input=false", "-no-color"]);
  } catch (error) {
    options.signal.throwIfAborted();
    throw new StackFailure(stack, [error instanceof Error ? error.message : String(error)]);
  }
  writeFileSync(marker, inputs);
}

/**
 * Starts Terraform apart from our own process group, so that a Ctrl-C in the terminal reaches it
 * once, through us: on a second one it would end without its state.
 */
function spawnTerraform(stack: StackName, options: TerraformOptions, args: string[]) {
  const child = execa(options.terraform, args, {
    cwd: stackFolder(stack),
    env: { ...options.environment, TF_IN_AUTOMATION: "1" },
    all: true,
    detached: true,
  });
  const interrupt = () => child.kill("SIGINT");
  options.signal.addEventListener("abort", interrupt, { once: true });
  void child
    .finally(() => {
      options.signal.removeEventListener("abort", interrupt);
    })
    .catch(() => undefined);
  return child;
}

function stackFolder(stack: StackName): string {
  return path.join(SYNTH_FOLDER, "stacks", stack);
}
