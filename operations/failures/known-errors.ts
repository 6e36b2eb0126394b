import { describeDiagnostic } from "../terraform/diagnostic";
import type { StackFailure } from "../terraform/terraform-process";
import { AWS_ERRORS } from "./aws-errors";
import { AWS_RESOURCE_ERRORS } from "./aws-resource-errors";
import { BUILD_ERRORS } from "./build-errors";
import type { KnownError } from "./known-error";
import { PUSH_ERRORS } from "./push-errors";
import { QUOTA_ERRORS } from "./quota-errors";
import { LOCKED, TERRAFORM_ERRORS } from "./terraform-errors";

/** Every known error. Each error of a failure is explained by the first that matches it. */
export const KNOWN_ERRORS: readonly KnownError[] = [
  ...BUILD_ERRORS,
  ...PUSH_ERRORS,
  ...QUOTA_ERRORS,
  ...AWS_RESOURCE_ERRORS,
  ...AWS_ERRORS,
  ...TERRAFORM_ERRORS,
];

/** Whether another run holds the stack's state. */
export function isLocked({ errors }: StackFailure): boolean {
  return errors.some((error) => LOCKED.test(error));
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
      known: KNOWN_ERRORS.find(({ from, pattern }) => from(error) && pattern.test(words)),
    };
  });
  const lines = KNOWN_ERRORS.flatMap((each) => {
    const matches = explained.filter(({ known }) => known === each);
    if (matches.length === 0) return [];
    const words = matches.map((match) => match.words).join("\n");
    return each.advice(
      failure,
      words,
      matches.map(({ error }) => error),
    );
  });
  return [...new Set(lines)];
}
