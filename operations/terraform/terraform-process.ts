import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { ExecaError, execa } from "execa";
import { PROJECT_FOLDER } from "../../project";
import { PROVIDERS_MINUTES, STOP_TERRAFORM_SECONDS } from "../../spec/limits";
import { copyWhileRunning, restoreCutState } from "./cut-state";
import { requireHeld } from "../target/lock";
import { Refusal, type Report } from "../terminal/refusal";
import { type Diagnostic, describeDiagnostic, ownError, withoutColours } from "./diagnostic";
import { SYNTH_FOLDER, lockOf } from "./synthesis";
import { terraformEnvironment } from "./terraform-environment";

export type StackName = "registry" | "images" | "platform";

export interface TerraformOptions {
  readonly terraform: string;
  /** In addition to the variables of this process; `undefined` removes one. */
  readonly environment: Readonly<NodeJS.ProcessEnv>;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  readonly report: Report;
  /** The folder of the synthesized stacks. @default SYNTH_FOLDER */
  readonly synthFolder?: string;
}

/** What Terraform failed at. */
type Attempt = Partial<Pick<StackFailure, "failed" | "synthFolder">>;

/** Terraform ended with errors. */
export class StackFailure extends Error {
  /** Without the colours of a terminal. */
  readonly diagnostics: readonly Diagnostic[];
  /** Addresses of the resources whose change failed; none when the plan did. */
  readonly failed: readonly string[];
  /** The folder of the synthesized stacks: a plan has its own. @default SYNTH_FOLDER */
  readonly synthFolder: string;

  constructor(
    readonly stackName: StackName,
    /** A sentence without a source is an error of Terraform itself. */
    errors: readonly (string | Diagnostic)[],
    { failed = [], synthFolder = SYNTH_FOLDER }: Attempt = {},
  ) {
    super(`stack ${stackName} failed`);
    this.name = "StackFailure";
    this.failed = failed;
    this.synthFolder = synthFolder;
    const diagnostics = errors.map((error) =>
      typeof error === "string" ? ownError(error) : error,
    );
    this.diagnostics = diagnostics.map(withoutColours);
  }

  /** The folder in which Terraform ran, relative to the project folder. */
  get folder(): string {
    return path.relative(PROJECT_FOLDER, stackFolder(this.stackName, this.synthFolder));
  }

  /** Addresses of the resources that failed, or whose condition does not hold. */
  get concerned(): string[] {
    return [...this.failed, ...this.diagnostics.flatMap(({ address }) => address ?? [])];
  }

  /** The errors in Terraform's words. */
  get errors(): string[] {
    return this.diagnostics.map(describeDiagnostic);
  }
}

/**
 * Runs `terraform init` unless it already ran with the same providers and backend: hashing a provider
 * of 700 MB takes seconds. The folder's record of another environment's backend is deleted first:
 * Terraform would offer to copy that state into this one, and HCP Terraform refuses `-reconfigure`.
 */
export async function initialize(stack: StackName, options: TerraformOptions): Promise<void> {
  const folder = stackFolder(stack, options.synthFolder);
  const terraform = terraformBlock(stack, options);
  const state = stateFile(terraform, folder);
  if (state !== undefined) await restoreCutState(state, options.report);
  const cliConfigFile = options.environment["TF_CLI_CONFIG_FILE"];
  const cliConfig = cliConfigFile ? readFileSync(cliConfigFile, "utf8") : "";
  const inputs = createHash("sha256")
    .update(JSON.stringify([terraform, cliConfig]))
    .digest("hex");
  const marker = path.join(folder, ".terraform", "initialized-for");
  const done = existsSync(marker) && readFileSync(marker, "utf8") === inputs;
  if (done && hasProviders(folder)) return;
  options.report("installing the providers into the stack");
  for (const memory of ["terraform.tfstate", "environment"]) {
    rmSync(path.join(folder, ".terraform", memory), { force: true });
  }
  await readTerraform(stack, options, ["init", "-input=false", "-no-color"], PROVIDERS_MINUTES);
  writeFileSync(marker, inputs);
}

/** Whether the stack's providers still exist: they can be links into TF_PLUGIN_CACHE_DIR. */
function hasProviders(folder: string): boolean {
  const providers = path.join(folder, ".terraform", "providers");
  if (!existsSync(providers)) return true;
  return readdirSync(providers, { recursive: true, withFileTypes: true }).every((entry) =>
    existsSync(path.join(entry.parentPath, entry.name)),
  );
}

/**
 * Runs a command that writes no state and returns its output.
 *
 * @throws StackFailure with Terraform's errors, or when it exceeds `minutes`
 */
export async function readTerraform(
  stack: StackName,
  options: TerraformOptions,
  args: string[],
  minutes: number,
): Promise<string> {
  const limit = AbortSignal.timeout(minutes * 60_000);
  try {
    return (await spawnTerraform(stack, { ...options, stop: limit }, args)).stdout;
  } catch (error) {
    options.signal.throwIfAborted();
    if (error instanceof Refusal) throw error;
    const late = `terraform ${args[0] ?? ""} timed out after ${minutes} minutes and was stopped`;
    throw new StackFailure(stack, [limit.aborted ? late : wordsOf(error, args[0])], options);
  }
}

/**
 * Starts Terraform in its own process group, so that a Ctrl-C in the terminal reaches it only once,
 * through this process: a second one would end it before it writes its state.
 *
 * @throws Refusal if another command has the synthesized stacks by now
 */
export function spawnTerraform(
  stack: StackName,
  { stop, ...options }: TerraformOptions & { readonly stop?: AbortSignal },
  args: string[],
) {
  // A signal between two runs of Terraform reaches neither.
  options.signal.throwIfAborted();
  requireHeld(lockOf(options.synthFolder ?? SYNTH_FOLDER));
  const folder = stackFolder(stack, options.synthFolder);
  const child = execa(options.terraform, args, {
    cwd: folder,
    env: terraformEnvironment(options.environment, folder),
    all: true,
    detached: true,
  });
  // A destruction is applied too; nothing else that is run here writes the state.
  const state = args[0] === "apply" ? stateFile(terraformBlock(stack, options), folder) : undefined;
  if (state !== undefined) copyWhileRunning(state, child);
  const signal = stop ? AbortSignal.any([options.signal, stop]) : options.signal;
  let last: NodeJS.Timeout | undefined;
  const interrupt = () => {
    child.kill("SIGINT");
    last = setTimeout(killGroup, STOP_TERRAFORM_SECONDS * 1000, child.pid);
  };
  signal.addEventListener("abort", interrupt, { once: true });
  void child
    .finally(() => {
      clearTimeout(last);
      signal.removeEventListener("abort", interrupt);
    })
    .catch(() => undefined);
  return child;
}

/** Ends Terraform together with its providers, which would keep running without it. */
function killGroup(pid: number | undefined): void {
  if (pid !== undefined) process.kill(-pid, "SIGKILL");
}

/** Describes the end of a process without error output. */
export function endOf(error: unknown): string {
  if (!(error instanceof ExecaError)) return wordsOf(error);
  const { signal, exitCode } = error;
  return signal
    ? `Terraform was ended from outside (${signal}); unfinished work may be missing from the state`
    : `Terraform ended with ${exitCode ?? "no exit code"} and no output`;
}

/**
 * What a process says, or the message of an error. Of all but `init` only its errors: what `state pull` and
 * `show` had written, if they were ended, has the secrets of the state.
 */
function wordsOf(error: unknown, command?: string): string {
  if (error instanceof ExecaError) {
    const { all, stderr }: { all?: unknown; stderr?: unknown } = error;
    const words = command === "init" ? all : stderr;
    return typeof words === "string" && words !== "" ? words : error.shortMessage;
  }
  return error instanceof Error ? error.message : String(error);
}

/** Whether the stack's state is in HCP Terraform, which may also run Terraform remotely. */
export function isInCloud(
  stack: StackName,
  options: Pick<TerraformOptions, "synthFolder">,
): boolean {
  return "cloud" in terraformBlock(stack, options);
}

/** The file of a state that is on this machine. */
function stateFile(
  { backend }: ReturnType<typeof terraformBlock>,
  folder: string,
): string | undefined {
  // The format that cdktf writes; a path is relative to the folder in which Terraform runs.
  const { local } = (backend ?? {}) as { readonly local?: { readonly path?: string } };
  return local && path.resolve(folder, local.path ?? "terraform.tfstate");
}

function terraformBlock(
  stack: StackName,
  { synthFolder }: Pick<TerraformOptions, "synthFolder">,
): Readonly<Record<string, unknown>> {
  const json = readFileSync(path.join(stackFolder(stack, synthFolder), "cdk.tf.json"), "utf8");
  // The format that cdktf writes.
  return (JSON.parse(json) as { terraform: Record<string, unknown> }).terraform;
}

/** The folder of a synthesized stack, in which Terraform runs. */
export function stackFolder(stack: StackName, synthFolder = SYNTH_FOLDER): string {
  return path.join(synthFolder, "stacks", stack);
}

/** The command that runs Terraform where it failed. */
export function terraformIn({ folder }: StackFailure): string {
  return `terraform -chdir=${folder}`;
}
