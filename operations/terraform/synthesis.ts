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

/** How long a command waits for another one that works on the same folder: a plan may take that long. */
const FOLDER_MINUTES = 2;

/**
 * Writes the three stacks for Terraform, into a folder that is this command's own until it ends: Terraform
 * applies what lies there, and another command may have written another environment's stacks. The secrets of builds are not demanded: most commands build
 * nothing, and those that do check them before the first stack.
 *
 * @throws Refusal with every mistake in the catalogue or the settings, or if another command has the folder
 */
export async function synthesize(
  environment: Readonly<NodeJS.ProcessEnv>,
  folder = SYNTH_FOLDER,
): Promise<void> {
  await hold({
    file: `${folder}.lock`,
    what: `the stacks in ${path.relative(PROJECT_FOLDER, folder)}`,
    minutes: FOLDER_MINUTES,
    report: console.error,
  });
  mkdirSync(folder, { recursive: true });
  // zod first: tsx would read each of its 90 files again, which takes a tenth of a second.
  const modules = ["--require", "zod/mini", "--require", "tsx/cjs"];
  const result = await execa(process.execPath, [...modules, "main.ts", WITHOUT_SECRETS], {
    cwd: PROJECT_FOLDER,
    env: { ...environment, ...withoutRedirects(shell), CDKTF_OUTDIR: folder },
    reject: false,
    timeout: SYNTHESIS_SECONDS * 1000,
  });
  if (result.exitCode === REFUSED) {
    throw new Refusal(
      problemsIn(result.stderr),
      "Correct services/index.ts or the settings and run the command again.",
    );
  }
  if (result.failed) throw new Failure([result.shortMessage ?? "synthesis failed", result.stderr]);
}

/** Node.js warns of some variables (NO_COLOR with FORCE_COLOR) and options on the same output. */
function problemsIn(output: string): string {
  return output.slice(Math.max(output.indexOf(NOTHING_SYNTHESIZED), 0)).trim();
}
