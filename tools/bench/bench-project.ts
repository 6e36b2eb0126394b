import { appendFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { execa } from "execa";
import { Failure } from "../../operations/terminal/run";
import { PROJECT_FOLDER, environment } from "../../project";
import { STOP_TERRAFORM_SECONDS } from "../../spec/limits";
import { copyProject } from "./project-copy";
import { type StackApply, TerraformRecorder } from "./terraform-recorder";
import { usedTerraform } from "./used-terraform";

/** Another port and environment than what the user, or a test, may be running. */
export const PORT = 4597;
export const SUFFIX = "bench";
export const REGION = "us-east-1";

const VARIABLES = {
  LOCAL_AWS_PORT: String(PORT),
  PLATFORM_NAME: "platform",
  PLATFORM_REGION: REGION,
  PLATFORM_SUFFIX: SUFFIX,
};

const FOLDER = path.join(PROJECT_FOLDER, ".platform", "bench");

/** Longer than each takes on a slow machine; with base images and providers to fetch, the first. */
const MINUTES = { "local-aws": 30, up: 30, down: 10 } as const;

/** A command that has succeeded. */
export interface CommandRun {
  readonly seconds: number;
  /** What Terraform did meanwhile, one stack after the other. */
  readonly applies: readonly StackApply[];
}

/** A copy of the project that deploys to a local AWS of its own. */
export class BenchProject {
  private recorder: TerraformRecorder | undefined;

  private constructor(private readonly signal: AbortSignal) {
    copyProject(FOLDER);
  }

  /**
   * Measures with a copy whose machine is prepared and whose local AWS does not run, and removes all of it in
   * the end, also after a failure or Ctrl-C.
   */
  static async with<Result>(
    signal: AbortSignal,
    measure: (project: BenchProject) => Promise<Result>,
  ): Promise<Result> {
    const project = new BenchProject(signal);
    let result: Result;
    try {
      await project.prepare();
      result = await measure(project);
    } catch (error) {
      // Without an engine, for one, it fails as well, and is not the cause.
      await project.remove().catch(() => undefined);
      throw error;
    }
    await project.remove();
    return result;
  }

  private async remove(): Promise<void> {
    await this.platform("down", { detached: true });
    rmSync(FOLDER, { recursive: true });
  }

  /** Fetches and builds what stays on the machine: base images, providers, the image of the local AWS. */
  private async prepare(): Promise<void> {
    await this.platform("local-aws");
    await this.platform("down");
    const { binary } = await usedTerraform();
    this.recorder = new TerraformRecorder(path.join(FOLDER, ".platform", "recorded"), binary);
  }

  /** Runs `platform up`. */
  async up(): Promise<CommandRun> {
    return await this.platform("up");
  }

  /** Writes a file of the copy. */
  write(file: string, text: string): void {
    writeFileSync(path.join(FOLDER, file), text);
  }

  /** Adds text to the end of a file of the copy. */
  append(file: string, text: string): void {
    appendFileSync(path.join(FOLDER, file), text);
  }

  /** Replaces text of a file of the copy, which must contain it. */
  edit(file: string, from: string, to: string): void {
    const before = readFileSync(path.join(FOLDER, file), "utf8");
    if (!before.includes(from)) throw new Error(`${file} has no ${from}`);
    this.write(
      file,
      before.replace(from, () => to),
    );
  }

  /** The synthesized stack that Terraform has applied. */
  synthesized(stack: string): unknown {
    const file = path.join(FOLDER, ".platform", "cdktf.out", "stacks", stack, "cdk.tf.json");
    return JSON.parse(readFileSync(file, "utf8"));
  }

  private async platform(
    command: keyof typeof MINUTES,
    { detached = false } = {},
  ): Promise<CommandRun> {
    this.recorder?.clear();
    const shell = environment["PATH"] ?? "";
    const bin = this.recorder?.bin;
    console.error(`\n$ npx platform ${command}`);
    const started = performance.now();
    const { failed, timedOut } = await execa(process.execPath, ["bin/platform.mjs", command], {
      cwd: FOLDER,
      env: {
        ...environment,
        ...VARIABLES,
        PATH: bin === undefined ? shell : `${bin}${path.delimiter}${shell}`,
      },
      // The report alone goes to the standard output.
      stdio: ["ignore", process.stderr, process.stderr],
      reject: false,
      timeout: MINUTES[command] * 60_000,
      // Ctrl-C comes by the signal alone, and never to the removal.
      detached: true,
      ...(detached ? {} : { cancelSignal: this.signal }),
      forceKillAfterDelay: (STOP_TERRAFORM_SECONDS + 30) * 1000,
    });
    const seconds = (performance.now() - started) / 1000;
    if (!detached) this.signal.throwIfAborted();
    if (failed) throw new Failure([failureOf(command, timedOut)]);
    return { seconds, applies: this.recorder?.applies() ?? [] };
  }
}

function failureOf(command: keyof typeof MINUTES, timedOut: boolean): string {
  const limit = timedOut ? ` within ${MINUTES[command]} minutes` : "";
  const variables = Object.entries(VARIABLES).map(([name, value]) => `${name}=${value}`);
  const again =
    command === "down"
      ? ` To remove what is left: cd ${FOLDER} && ${variables.join(" ")} npx platform down`
      : "";
  return `npx platform ${command} did not succeed${limit}; its output is above.${again}`;
}
