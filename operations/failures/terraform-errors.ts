import path from "node:path";
import { AGAIN, RUN_AGAIN } from "./failed-request";
import { type KnownError, anywhere, terraform } from "./known-error";

/** Errors of Terraform itself: its version, its backend and the installation of its providers. */
export const TERRAFORM_ERRORS: readonly KnownError[] = [
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
    pattern:
      /Backend configuration changed|Backend initialization required|backend configuration block has changed/i,
    advice: ({ stackName, folder }) => [
      `The folder of ${stackName} was initialized for another backend.`,
      `→ rm -r ${path.join(folder, ".terraform")}. ${AGAIN}`,
    ],
  },
  {
    from: terraform,
    pattern: /match any of the checksums/,
    advice: ({ stackName, folder }) => [
      `A provider differs from the one that ${stackName} was first initialized with: the lock file knows another build of it.`,
      `→ rm ${path.join(folder, ".terraform.lock.hcl")}. ${AGAIN}`,
    ],
  },
  {
    from: terraform,
    pattern:
      /Required plugins are not installed|Inconsistent dependency lock file|there is no package for \S+ \S+ cached|from shared cache|plugin cache|provider cache at/i,
    advice: ({ stackName, folder }) => [
      `The providers of ${stackName} are not installed in full, or the cache of providers is damaged.`,
      `→ rm -r ${path.join(folder, ".terraform")}, and the folder of plugin_cache_dir if Terraform's configuration names one. ${AGAIN}`,
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
      /Plugin did not respond|Plugin error|[Ff]ailed to (instantiate provider|load plugin schemas)|Unrecognized remote plugin message/,
    advice: ({ folder }) => [
      "A provider stopped unexpectedly: it crashed, or the machine had no memory left for it. Completed work is in the state.",
      `→ Free some memory (free -m; dmesg shows what the system killed). ${AGAIN} If it crashes again: rm -r ${path.join(folder, ".terraform")} installs the provider anew.`,
    ],
  },
  {
    from: terraform,
    pattern: /timed out after \d+ minutes and was stopped|the plan took longer than/,
    advice: ({ stackName }) => [
      `${stackName} took longer than its limit, and Terraform was stopped. Completed work is in the state.`,
      `→ ${RUN_AGAIN} The limits are in spec/limits.ts.`,
    ],
  },
];
