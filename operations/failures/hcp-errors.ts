import { QUEUE_SECONDS } from "../../spec/limits";
import { AGAIN } from "./failed-request";
import { type KnownError, terraform } from "./known-error";
import { terraformIn } from "../terraform/terraform-process";
import { STATE_DENIED } from "../terraform/unreadable-state";

/** Terraform's error for a locked workspace; what follows as "Lock Info" is about the caller. */
const LOCKED = /workspace\s+already\s+locked\s+\(lock\s+ID:\s+"([^"]+)"\)/;

/** The errors of states and runs in HCP Terraform. */
export const HCP_ERRORS: readonly KnownError[] = [
  {
    from: terraform,
    pattern: LOCKED,
    advice: (failure, words) => {
      const [, workspace = ""] = LOCKED.exec(words) ?? [];
      return [
        `The workspace ${workspace} is locked: another deployment is running, one was killed, or somebody locked it. HCP Terraform does not tell Terraform who; the workspace's page does.`,
        // The ID of a lock in HCP Terraform is the workspace, not the one that Terraform shows.
        `→ Wait for it to finish. If nothing is running: ${terraformIn(failure)} force-unlock ${workspace}`,
      ];
    },
  },
  {
    from: terraform,
    pattern: /did not start within/,
    advice: ({ stackName }, words) => [
      `The plan of ${stackName} did not start within ${QUEUE_SECONDS} s: other runs come first. It stays in the queue and changes nothing.`,
      `→ Wait for the other runs, or cancel this one on its page${pageIn(words)}. ${AGAIN}`,
    ],
  },
  {
    from: terraform,
    pattern: /Lock timeout exceeded/,
    advice: ({ stackName }, words) => [
      `The run of ${stackName} did not start within ${QUEUE_SECONDS} s and was cancelled: its workspace is locked, or other runs come first. Nothing was changed.`,
      `→ Wait for the other runs, or unlock the workspace${pageIn(words)}. ${AGAIN}`,
    ],
  },
  {
    from: terraform,
    pattern: /The remote operation was |ended without "Apply complete!"/,
    advice: ({ stackName }, words) => [
      `The run of ${stackName} was cancelled or discarded, or waits for an approval. What it had done is in the state.`,
      `→ See the run's page${pageIn(words)}. ${AGAIN}`,
    ],
  },
  {
    from: terraform,
    pattern: /couldn't read (unredacted JSON )?plan data|couldn't read information for cloud run/,
    advice: ({ stackName }) => [
      `HCP Terraform does not show the plan of ${stackName} to this token: that needs the permission "admin" on the workspace. A deployment does not.`,
      "→ Use the token of a user or team with that permission, or read the plan on the run's page.",
    ],
  },
  {
    from: terraform,
    pattern: STATE_DENIED,
    advice: ({ stackName }) => [
      `${stackName} cannot read the state of an earlier stack: its workspace does not share it, or the token may not read it.`,
      "→ npx platform doctor shows which; npx platform hcp sets up the sharing.",
    ],
  },
];

/** ` (https://…/runs/run-1)`, if an error names the run's page. */
function pageIn(words: string): string {
  const [page] = /https:\/\/\S+\/runs\/run-\w+/.exec(words) ?? [];
  return page === undefined ? "" : ` (${page})`;
}
