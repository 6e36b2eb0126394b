import path from "node:path";
import { PROJECT_FOLDER } from "../../project";
import { AGAIN } from "./failed-request";
import { HCP_ERRORS } from "./hcp-errors";
import { type StackFailure, stackFolder, terraformIn } from "../terraform/terraform-process";

/** An error that no single service causes: its pattern, its meaning and its fix. */
interface KnownError {
  readonly pattern: RegExp;
  readonly advice: (failure: StackFailure, words: string) => string[];
}

/** `iam:CreateRole` and, where AWS names it, the resource. */
const DENIAL = /not authorized to perform:? +([a-z0-9-]+:\w+)(?: on resource: "?([^\s",]+))?/g;

const LOCKED = /Error acquiring the state lock/;

const KNOWN_ERRORS: readonly KnownError[] = [
  ...HCP_ERRORS,
  {
    // Before the state lock, since access to the lock may be denied.
    pattern: /AccessDenied|Access Denied|UnauthorizedOperation|not authorized to perform/,
    advice: ({ failed }, words) => {
      const actions = deniedActions(words);
      const types = [...new Set(failed.map((address) => address.split(".")[0]))];
      const entry = types.length > 0 ? `, at ${types.join(", ")}` : "";
      return [
        `AWS denies ${callerOf(words)} ${actions.join("; ")}. Completed work is in the state.`,
        `→ For a role of setup/aws, add the action to setup/aws/permissions${entry}, then npx platform setup. For another caller, allow that action. ${AGAIN}`,
      ];
    },
  },
  {
    // Before the state lock, which needs disk space too.
    pattern: /no space left on device/i,
    advice: ({ stackName }) => [
      "The disk is full: Terraform, the container engine or the local AWS could not write.",
      `→ Free some space (docker system prune removes unused data). If ${path.join(folderOf(stackName), "errored.tfstate")} exists: ${pushErroredState(stackName)} ${AGAIN}`,
    ],
  },
  {
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
    pattern:
      /ExpiredToken|RequestExpired|token.{0,40}(is|has) expired|InvalidClientTokenId|UnrecognizedClient|InvalidAccessKeyId|No valid credential sources|SSO session/i,
    advice: () => [
      "AWS does not accept the credentials, or they have expired. Completed work is in the state.",
      `→ Log in again (npx platform doctor shows the caller). ${AGAIN}`,
    ],
  },
  {
    pattern: /waiting for ACM Certificate/,
    advice: () => [
      "ACM has not issued the domain's certificate: its record is not visible in DNS, or a CAA record of the domain forbids amazon.com. The previous version keeps serving.",
      `→ npx platform doctor checks that the domain is delegated to the hosted zone. ${AGAIN}`,
    ],
  },
  {
    pattern: /errored\.tfstate/,
    advice: ({ stackName }) => [
      "Terraform could not write its state to the backend and saved it beside the stack.",
      `→ ${pushErroredState(stackName)} ${AGAIN}`,
    ],
  },
  {
    pattern: /Unable to find remote state/,
    advice: ({ stackName }) => [
      `${stackName} cannot read the state of an earlier stack: that stack was never deployed, or its workspace does not share its state.`,
      "→ npx platform doctor shows which; npx platform deploy deploys the stacks in order.",
    ],
  },
  {
    pattern: /-reconfigure option/,
    advice: () => [
      "TF_CLI_ARGS_init is -reconfigure, which HCP Terraform refuses; only plain cdktf with states in files or S3 needs it.",
      "→ unset TF_CLI_ARGS_init",
    ],
  },
  {
    pattern: /ENOENT/,
    advice: () => [
      "There is no Terraform on the PATH.",
      "→ Install 1.11 or newer, or set its path: export TERRAFORM_BINARY_NAME=/path/to/terraform",
    ],
  },
  {
    pattern: /Cannot connect to the Docker daemon|error pinging docker server|docker\.sock/i,
    advice: () => [
      "The container engine does not answer.",
      `→ Start it (npx platform doctor checks that it answers). ${AGAIN}`,
    ],
  },
  {
    pattern:
      /connection refused|no such host|i\/o timeout|connection reset|request send failed|EOF/,
    advice: () => [
      "AWS is unreachable. Completed work is in the state.",
      `→ ${AGAIN.replace("Then run", "Run")}`,
    ],
  },
];

/** Whether another run holds the stack's state. */
export function isLocked({ errors }: StackFailure): boolean {
  return errors.some((error) => LOCKED.test(error));
}

/** Explains known Terraform errors and how to fix them; empty for a service's own errors. */
export function knownErrors(failure: StackFailure): string[] {
  const words = failure.errors.join("\n");
  const known = KNOWN_ERRORS.find(({ pattern }) => pattern.test(words));
  return known ? known.advice(failure, words) : [];
}

/** Each denied action once; S3 and some other services do not name it. */
function deniedActions(words: string): string[] {
  const found = [...words.matchAll(DENIAL)].map(([, action = "", resource]) => {
    const named = resource?.replace(/[.,]$/, "");
    return named ? `${action} on ${named}` : action;
  });
  if (found.length > 0) return [...new Set(found)];
  const operations = [...words.matchAll(/operation error ([\w ]+): (\w+)/g)];
  const named = operations.map(([, service = "", operation = ""]) => `${operation} of ${service}`);
  return named.length > 0 ? [...new Set(named)] : ["the requested action"];
}

function callerOf(words: string): string {
  return /User: (arn:\S+)/.exec(words)?.[1] ?? "the caller";
}

/** `-force` is needed if an incomplete write has already used the state's serial number. */
function pushErroredState(stack: StackFailure["stackName"]): string {
  return `${terraformIn(stack)} state push errored.tfstate (with -force before the file name if Terraform reports "same serial").`;
}

function folderOf(stack: StackFailure["stackName"]): string {
  return path.relative(PROJECT_FOLDER, stackFolder(stack));
}

/** Reads `ID:        6748d9e0…` from the description of a lock. */
function field(name: string, words: string): string {
  return new RegExp(`^\\s*${name}:\\s*(.+)$`, "m").exec(words)?.[1]?.trim() ?? "somebody";
}
