import path from "node:path";
import { AGAIN } from "./failed-request";
import {
  type KnownError,
  anywhere,
  aws,
  either,
  folderOf,
  terraform,
  terraformIn,
} from "./known-error";
import type { StackFailure } from "../terraform/terraform-process";

/** Terraform's words for a state that another run holds. */
export const LOCKED = /Error acquiring the state lock/;

/** Errors of Terraform itself: its state, its backend and the installation of its providers. */
export const TERRAFORM_ERRORS: readonly KnownError[] = [
  {
    // Before the state lock, which needs disk space too. The local AWS reports its own full disk.
    from: either(terraform, aws),
    pattern: /no space left on device/i,
    advice: ({ stackName }) => [
      "The disk is full: Terraform, the container engine or the local AWS could not write.",
      `→ Free some space (docker system prune removes unused data). If ${path.join(folderOf(stackName), "errored.tfstate")} exists: ${pushErroredState(stackName)} ${AGAIN}`,
    ],
  },
  {
    from: terraform,
    pattern: LOCKED,
    advice: ({ stackName }, words) => {
      const [id, who, created] = ["ID", "Who", "Created"].map((name) => field(name, words));
      return [
        `${who} has held the state of ${stackName} since ${created}: another deployment is running, or one was killed.`,
        `→ Wait for it to finish. If no deployment is running: ${terraformIn(stackName)} force-unlock ${id}`,
      ];
    },
  },
  {
    from: terraform,
    pattern: /errored\.tfstate/,
    advice: ({ stackName }) => [
      "Terraform could not write its state to the backend and saved it beside the stack.",
      `→ ${pushErroredState(stackName)} ${AGAIN}`,
    ],
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
    pattern: /-reconfigure option/,
    advice: () => [
      "TF_CLI_ARGS_init is -reconfigure, which HCP Terraform refuses; only plain cdktf with states in files or S3 needs it.",
      "→ unset TF_CLI_ARGS_init",
    ],
  },
  {
    from: terraform,
    pattern: /Command failed with ENOENT|spawn \S+ ENOENT/,
    advice: () => [
      "There is no Terraform on the PATH.",
      "→ Install 1.11 or newer, or set its path: export TERRAFORM_BINARY_NAME=/path/to/terraform",
    ],
  },
  {
    from: terraform,
    pattern: /Unsupported Terraform Core version/,
    advice: () => [
      "This Terraform is too old for the stacks.",
      "→ Install 1.11 or newer, or set its path: export TERRAFORM_BINARY_NAME=/path/to/terraform",
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
      /Backend configuration changed|Backend initialization required|backend configuration block has changed/i,
    advice: ({ stackName }) => [
      `The folder of ${stackName} was initialized for another backend.`,
      `→ rm -r ${path.join(folderOf(stackName), ".terraform")}. ${AGAIN}`,
    ],
  },
  {
    from: anywhere,
    pattern:
      /Unsupported state file format|state snapshot was created by Terraform v[\d.]+\S*,? which is newer|created by a newer (provider )?version|managed by newer provider version/i,
    advice: ({ stackName }) => [
      `The state of ${stackName} was written by a newer Terraform or provider than this one.`,
      "→ Deploy with the version that wrote it: update this checkout and its Terraform (terraform version shows which runs here).",
    ],
  },
  {
    from: terraform,
    pattern:
      /cannot import state with lineage|cannot overwrite existing state with serial|different state that has the same serial|newer serial|state data in S3 does not have the expected content/,
    advice: ({ stackName }) => [
      `The state of ${stackName} in the backend is not the one that this run read: another run wrote it, or it was restored.`,
      `→ ${terraformIn(stackName)} state pull shows the current one. If no other run is under way: run the same command again, which reads it anew.`,
    ],
  },
  {
    from: terraform,
    pattern: /match any of the checksums|does not match any of the checksums/,
    advice: ({ stackName }) => [
      `A provider differs from the one that ${stackName} was first initialized with: the lock file knows another build of it.`,
      `→ rm ${path.join(folderOf(stackName), ".terraform.lock.hcl")}. ${AGAIN}`,
    ],
  },
  {
    from: terraform,
    pattern:
      /Required plugins are not installed|Inconsistent dependency lock file|there is no package for \S+ \S+ cached|from shared cache|plugin cache|provider cache at/i,
    advice: ({ stackName }) => [
      `The providers of ${stackName} are not installed in full, or the cache of providers is damaged.`,
      `→ rm -r ${path.join(folderOf(stackName), ".terraform")}, and the folder of plugin_cache_dir if Terraform's configuration names one. ${AGAIN}`,
    ],
  },
  {
    from: terraform,
    pattern:
      /does not have a package available for your current platform|no available releases match|Failed to resolve provider packages/,
    advice: () => [
      "Terraform finds no build of a provider for this machine and version.",
      "→ Where the registry is out of reach, set LOCAL_PROVIDER_MIRROR to a folder that has it; npx platform up builds the Docker provider if it must.",
    ],
  },
  {
    from: terraform,
    pattern:
      /Failed to query available provider packages|Could not retrieve the list of available versions|Failed to install provider|could not query provider registry|registry service is unreachable|terraform init timed out/i,
    advice: () => [
      "Terraform cannot reach its registry to install the providers. Nothing was changed.",
      `→ Check the network, HTTPS_PROXY and the proxy's certificate (curl https://registry.terraform.io/.well-known/terraform.json). ${AGAIN}`,
    ],
  },
  {
    from: anywhere,
    pattern:
      /Plugin did not respond|Plugin error|failed to instantiate provider|Failed to load plugin schemas|Unrecognized remote plugin message/i,
    advice: ({ stackName }) => [
      "A provider ended in the middle: it crashed, or the machine had no memory left for it. Completed work is in the state.",
      `→ Free some memory (free -m; dmesg shows what the system killed). ${AGAIN} If it crashes again: rm -r ${path.join(folderOf(stackName), ".terraform")} installs the provider anew.`,
    ],
  },
  {
    from: terraform,
    pattern: /timed out after \d+ minutes and was stopped|the plan took longer than/,
    advice: ({ stackName }) => [
      `${stackName} took longer than its limit, and Terraform was stopped. Completed work is in the state.`,
      `→ ${AGAIN.replace("Then run", "Run")} The limits are in spec/limits.ts.`,
    ],
  },
];

/** `-force` is needed if an incomplete write has already used the state's serial number. */
function pushErroredState(stack: StackFailure["stackName"]): string {
  return `${terraformIn(stack)} state push errored.tfstate (with -force before the file name if Terraform reports "same serial").`;
}

/** Reads `ID:        6748d9e0…` from the description of a lock. */
function field(name: string, words: string): string {
  return new RegExp(`^\\s*${name}:\\s*(.+)$`, "m").exec(words)?.[1]?.trim() ?? "somebody";
}
