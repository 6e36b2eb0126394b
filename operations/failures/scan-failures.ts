import { scannedImage } from "../../stacks/images/scan";
import { type Diagnostic, describeDiagnostic } from "../terraform/diagnostic";
import { StackFailure } from "../terraform/terraform-process";

/**
 * What the scan of an image printed last: its findings, or why there are none. Terraform puts the command
 * and all of its output into one error.
 */
export function scanWords(diagnostics: readonly Diagnostic[], image: string): string[] {
  return diagnostics
    .filter(({ address = "" }) => scannedImage(address) === image)
    .flatMap((error) => lastPart(describeDiagnostic(error)));
}

/** The failure without those of scans, whose words are the platform's own. */
export function withoutScans(failure: StackFailure): StackFailure {
  const others = failure.diagnostics.filter(
    ({ address = "" }) => scannedImage(address) === undefined,
  );
  return new StackFailure(failure.stackName, others, failure);
}

/** What follows the last empty line, with which the front door begins the reason why it failed. */
function lastPart(words: string): string[] {
  const output = words.slice(words.indexOf("Output: ") + "Output: ".length).trimEnd();
  return (output.split(/\n\s*\n/).at(-1) ?? output).trim().split("\n");
}
