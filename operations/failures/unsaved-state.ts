import { type StackFailure, terraformIn } from "../terraform/terraform-process";
import { AGAIN } from "./failed-request";
import { type KnownError, terraform } from "./known-error";

/** What must be mended before the state can be pushed; the first match applies. */
const FIRST: readonly (readonly [RegExp, string])[] = [
  [
    /AccessDenied|Access Denied|not authorized|KMS|Forbidden/,
    "Allow the caller the denied action first, or log in as another.",
  ],
  [
    /Expired|InvalidClientTokenId|InvalidAccessKeyId|UnrecognizedClient|SignatureDoesNotMatch|credential|SSO session|[Uu]nauthorized/,
    "Log in again first (npx platform doctor shows the caller).",
  ],
  [/Throttl|SlowDown|Rate exceeded|StatusCode: (429|503)\b/, "Wait a minute."],
  [
    /request send failed|no such host|i\/o timeout|connection (refused|reset)|\bEOF\b|deadline exceeded/,
    "Wait until the place of the states answers again.",
  ],
];

/**
 * A state that Terraform could not save. It reports a pair of errors: why, and the file that it left. The
 * cause may be any of AWS's, but its usual advice, to run again, would create everything twice. That of a
 * full disk names the file too.
 *
 * @see https://developer.hashicorp.com/terraform/cli/commands/state/push
 */
export const UNSAVED_STATE: KnownError = {
  from: terraform,
  pattern:
    /^(?![^]*no space left on device)[^]*(Failed to save state|Error saving state|Failed to persist state to backend|errored\.tfstate)/,
  advice: (failure, words) => {
    const [, first] = FIRST.find(([cause]) => cause.test(words)) ?? [];
    const push = [first, pushErroredState(failure), AGAIN].filter(Boolean).join(" ");
    return [
      `Terraform could not save the state of ${failure.stackName}, and left it beside the stack. Only that file knows what this run created: running again now would create it twice.`,
      `→ ${push}`,
    ];
  },
};

/** `-force` is needed if an incomplete write has already used the state's serial number. */
export function pushErroredState(failure: StackFailure): string {
  return `${terraformIn(failure)} state push errored.tfstate (with -force before the file name if Terraform reports "same serial").`;
}
