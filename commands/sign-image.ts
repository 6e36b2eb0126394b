import type { Command } from "commander";
import { signImage as sign } from "../operations/signatures/image-signature";
import { signedHere } from "../operations/signatures/signed-place";
import { readTarget } from "../operations/target/target";
import { stopOnInterrupt } from "../operations/terminal/interruption";

/** Signs one image; Terraform runs it after an image's push. */
export function signImage(command: Command): void {
  command
    .description(
      "Signs a pushed image with the environment's key in KMS, as cosign does, unless it is signed already; see docs/signing.md.",
    )
    .argument("<image>", "its name: a service, or an image of the platform")
    .argument("<reference>", "where it was pushed: HOST/REPOSITORY@sha256:…")
    .addHelpText("after", "\nExit codes: 0 it is signed, 1 it is not.")
    .action(async (image: string, reference: string) => {
      const target = readTarget(stopOnInterrupt());
      console.log(await sign(await signedHere(target, image, reference)));
    });
}
