import type { Command } from "commander";
import { signImage as sign } from "../operations/signatures/image-signature";
import { signedHere } from "../operations/signatures/signed-place";
import { readTarget } from "../operations/target/target";
import { stopOnInterrupt } from "../operations/terminal/interruption";
import { withPushedImage } from "./image-argument";

/** Signs one image; Terraform runs it after an image's push. */
export function signImage(command: Command): void {
  withPushedImage(command)
    .description(
      "Signs a pushed image with the environment's key in KMS, as cosign does, unless it is signed already; see docs/signing.md.",
    )
    .addHelpText("after", "\nExit codes: 0 it is signed, 1 it is not.")
    .action(async (image: string, reference: string) => {
      const target = { ...readTarget(stopOnInterrupt()), report: console.log };
      console.log(await sign(await signedHere(target, image, reference)));
    });
}
