import path from "node:path";
import { AGAIN } from "./failed-request";
import { type KnownError, anywhere, aws, either, terraform } from "./known-error";
import { describeDiagnostic } from "../terraform/diagnostic";
import { terraformIn } from "../terraform/terraform-process";
import { pushErroredState } from "./unsaved-state";

/** Terraform's words for a state lock that it did not get, whatever the reason. */
export const UNLOCKED = /Error acquiring the state lock/;

/** Errors of Terraform's states: their place, their lock and their content. */
export const STATE_ERRORS: readonly KnownError[] = [
  {
    // Before the state lock, which needs disk space too. The local AWS reports its own full disk.
    from: either(terraform, aws),
    pattern: /no space left on device/i,
    advice: (failure) => [
      "The disk is full: Terraform, the container engine or the local AWS could not write.",
      `→ Free some space (docker system prune removes unused data). If ${path.join(failure.folder, "errored.tfstate")} exists: ${pushErroredState(failure)} ${AGAIN}`,
    ],
  },
  {
    // Before the state lock, since Terraform reads the state to lock it.
    from: anywhere,
    pattern:
      /Unsupported state file format|state snapshot was created by Terraform v[\d.]+\S*,? which is newer|created by a newer (provider )?version|managed by newer provider version/,
    advice: ({ stackName }) => [
      `The state of ${stackName} was written by a newer Terraform or provider than this one.`,
      "→ Deploy with the version that wrote it: update this checkout and its Terraform (terraform version shows which runs here).",
    ],
  },
  {
    from: terraform,
    pattern: /Error acquiring the state lock[^]*Lock Info/,
    advice: (failure, _, errors) => {
      // In its lines, which the words do not keep.
      const words = errors.map(describeDiagnostic).join("\n");
      const [id, who, created] = ["ID", "Who", "Created"].map((name) => field(name, words));
      return [
        `${who} has held the state of ${failure.stackName} since ${created}: another deployment is running, or one was killed.`,
        `→ Wait for it to finish. If no deployment is running: ${terraformIn(failure)} force-unlock ${id}`,
      ];
    },
  },
  {
    from: terraform,
    pattern: /Unable to find remote state/,
    advice: ({ stackName }) => [
      `${stackName} cannot read the state of an earlier stack: that stack was never deployed, or its workspace does not share its state.`,
      "→ npx platform doctor shows which; npx platform deploy deploys the stacks in order.",
    ],
  },
  {
    from: terraform,
    pattern: /S3 bucket .{1,80} does not exist|NoSuchBucket/,
    advice: () => [
      "The bucket of the states does not exist, or PLATFORM_STATE_REGION is not its region.",
      "→ npx platform doctor checks the bucket and prints the command that creates it.",
    ],
  },
  {
    from: terraform,
    pattern:
      /cannot import state with lineage|cannot overwrite existing state with serial|different state that has the same serial|newer serial|state data in S3 does not have the expected content/,
    advice: (failure) => [
      `The state of ${failure.stackName} in the backend is not the one that this run read: another run wrote it, or it was restored.`,
      `→ ${terraformIn(failure)} state pull shows the current one. If no other run is under way: run the same command again, which reads it anew.`,
    ],
  },
  {
    from: terraform,
    pattern: UNLOCKED,
    advice: ({ stackName }) => [
      `The state of ${stackName} could not be locked. Nothing was changed.`,
      `→ npx platform doctor checks the place of the states. ${AGAIN}`,
    ],
  },
];

/** Reads `ID:        6748d9e0…` from the description of a lock. */
function field(name: string, words: string): string {
  return new RegExp(`^\\s*${name}:\\s*(.+)$`, "m").exec(words)?.[1]?.trim() ?? "somebody";
}
