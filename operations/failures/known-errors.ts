import { type Diagnostic, describeDiagnostic } from "../terraform/diagnostic";
import type { StackFailure } from "../terraform/terraform-process";
import { AWS_ERRORS } from "./aws-errors";
import { AWS_RESOURCE_ERRORS } from "./aws-resource-errors";
import { BUILD_ERRORS } from "./build-errors";
import { DATABASE_ERRORS } from "./database-errors";
import { DOMAIN_ERRORS } from "./domain-errors";
import { HCP_ERRORS } from "./hcp-errors";
import type { KnownError } from "./known-error";
import { LOG_ERRORS } from "./log-errors";
import { PROTECTION_ERRORS } from "./protection-errors";
import { PULL_ERRORS } from "./pull-errors";
import { PUSH_ERRORS } from "./push-errors";
import { QUOTA_ERRORS } from "./quota-errors";
import { STATE_ERRORS, UNLOCKED } from "./state-errors";
import { STORE_ERRORS } from "./store-errors";
import { TERRAFORM_ERRORS } from "./terraform-errors";
import { UNSAVED_STATE } from "./unsaved-state";

/** Every known error. Each error of a failure is explained by the first that matches it. */
export const KNOWN_ERRORS: readonly KnownError[] = [
  UNSAVED_STATE,
  ...HCP_ERRORS,
  ...BUILD_ERRORS,
  ...PULL_ERRORS,
  ...PUSH_ERRORS,
  ...QUOTA_ERRORS,
  // A refusal to delete a cluster has the same code as a version that Aurora does not offer.
  ...PROTECTION_ERRORS,
  ...DATABASE_ERRORS,
  ...STORE_ERRORS,
  ...LOG_ERRORS,
  ...DOMAIN_ERRORS,
  ...AWS_RESOURCE_ERRORS,
  ...AWS_ERRORS,
  ...STATE_ERRORS,
  ...TERRAFORM_ERRORS,
];

/** Whether this run did not get the stack's state, which another may hold. */
export function isLocked({ errors }: StackFailure): boolean {
  return errors.some((error) => UNLOCKED.test(error));
}

/** Whether an error is known as this one. Terraform wraps its words where it prints them as text. */
export function explains({ from, pattern }: KnownError, error: Diagnostic): boolean {
  const words = describeDiagnostic(error);
  return from(error) && (pattern.test(words) || pattern.test(unwrapped(words)));
}

function unwrapped(words: string): string {
  return words.replace(/\s+/g, " ");
}

/**
 * Explains the known errors of a failure and how to fix them; empty for a service's own errors. Errors
 * with the same reason are explained once.
 */
export function knownErrors(failure: StackFailure): string[] {
  const explained = failure.diagnostics.map((error) => {
    const words = describeDiagnostic(error);
    return {
      error,
      words,
      known: KNOWN_ERRORS.find((known) => explains(known, error)),
    };
  });
  const lines = KNOWN_ERRORS.flatMap((each) => {
    const matches = explained.filter(({ known }) => known === each);
    if (matches.length === 0) return [];
    const words = matches.map((match) => unwrapped(match.words)).join("\n");
    return each.advice(
      failure,
      words,
      matches.map(({ error }) => error),
    );
  });
  return [...new Set(lines)];
}
