import { scannedImage } from "../../stacks/images/scan";
import { signatureAt } from "../../stacks/images/signature";
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

/** What signing an image, or verifying it, printed last. */
export function signatureWords(
  diagnostics: readonly Diagnostic[],
  image: string,
  does: "sign" | "verify",
): string[] {
  return diagnostics
    .filter(({ address = "" }) => {
      const found = signatureAt(address);
      return found?.image === image && found.does === does;
    })
    .flatMap((error) => lastPart(describeDiagnostic(error)));
}

/** The failure without those of the front door's own commands, whose words are the platform's own. */
export function withoutCommands(failure: StackFailure): StackFailure {
  const others = failure.diagnostics.filter(
    ({ address = "" }) => !scannedImage(address) && !signatureAt(address),
  );
  return new StackFailure(failure.stackName, others, failure);
}

/** What follows the last empty line, with which the front door begins the reason why it failed. */
function lastPart(words: string): string[] {
  const output = words.slice(words.indexOf("Output: ") + "Output: ".length).trimEnd();
  return (output.split(/\n\s*\n/).at(-1) ?? output).trim().split("\n");
}
