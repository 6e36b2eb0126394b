import { mkdirSync } from "node:fs";
import path from "node:path";
import { execa } from "execa";
import { SYNTHESIS_SECONDS } from "../../spec/limits";
import { withoutRedirects } from "../../spec/variables/terraform-variables";
import {
  NOTHING_SYNTHESIZED,
  PROJECT_FOLDER,
  REFUSED,
  WITHOUT_SECRETS,
  environment as shell,
} from "../../project";
import { hold } from "../target/lock";
import { Refusal } from "../terminal/refusal";
import { Failure } from "../terminal/run";

/** The output folder of the synthesis; the same as `output` in `cdktf.json`. */
export const SYNTH_FOLDER = path.join(PROJECT_FOLDER, ".platform", "cdktf.out");

export interface SynthesisOptions {
  /** Variables in addition to this process's own. */
  readonly environment: Readonly<NodeJS.ProcessEnv>;
  /** Aborted by Ctrl-C. @default Ctrl-C ends the process */
  readonly signal?: AbortSignal;
}

/** How long a command waits for another one: a plan is mostly over by then, and nobody waits for a deployment. */
const FOLDER_MINUTES = 2;

/**
 * Writes the three stacks for Terraform, into a folder that is this command's own until it ends: Terraform
 * applies what lies there, and another command may have written another environment's stacks. `cdktf` knows
 * nothing of that. The secrets of builds are not demanded: most commands build nothing, and those that do
 * check them before the first stack.
 *
 * @throws Refusal with every mistake in the catalogue or the settings, or if another command has the folder;
 *   Failure for a defect; the signal's reason
 */
export async function synthesize(
  { environment, signal }: SynthesisOptions,
  folder = SYNTH_FOLDER,
  minutes = FOLDER_MINUTES,
): Promise<void> {
  await hold({ ...lockOf(folder), minutes, report: console.error, ...(signal && { signal }) });
  mkdirSync(folder, { recursive: true });
  // zod first: tsx would read each of its 90 files again, which takes a tenth of a second.
  const modules = ["--require", "zod/mini", "--require", "tsx/cjs"];
  const result = await execa(process.execPath, [...modules, "main.ts", WITHOUT_SECRETS], {
    cwd: PROJECT_FOLDER,
    env: { ...environment, ...withoutRedirects(shell), CDKTF_OUTDIR: folder },
    reject: false,
    timeout: SYNTHESIS_SECONDS * 1000,
    ...(signal && { cancelSignal: signal }),
  });
  signal?.throwIfAborted();
  if (result.exitCode === REFUSED) {
    throw new Refusal(
      problemsIn(result.stderr),
      "Correct services/index.ts or the settings and run the command again.",
    );
  }
  if (result.failed) throw new Failure([result.shortMessage ?? "synthesis failed", result.stderr]);
}

/** The lock of a folder of synthesized stacks. */
export function lockOf(folder: string): { readonly file: string; readonly what: string } {
  return { file: `${folder}.lock`, what: path.relative(PROJECT_FOLDER, folder) };
}

/** Node.js warns of some variables (NO_COLOR with FORCE_COLOR) and options on the same output. */
function problemsIn(output: string): string {
  return output.slice(Math.max(output.indexOf(NOTHING_SYNTHESIZED), 0)).trim();
}
