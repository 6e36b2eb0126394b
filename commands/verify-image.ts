import type { Command } from "commander";
import { verifyImage as verify } from "../operations/signatures/image-signature";
import { signedAtSource } from "../operations/signatures/signed-place";
import { readTarget } from "../operations/target/target";
import { stopOnInterrupt } from "../operations/terminal/interruption";
import { withPushedImage } from "./image-argument";

/** Verifies one image of the environment that images are promoted from; Terraform runs it before the image is run. */
export function verifyImage(command: Command): void {
  withPushedImage(command)
    .description(
      "Verifies that the environment which images are promoted from has signed one; see docs/signing.md.",
    )
    .addHelpText("after", "\nExit codes: 0 it has, 1 it has not, or there is no answer.")
    .action(async (image: string, reference: string) => {
      const target = { ...readTarget(stopOnInterrupt()), report: console.log };
      console.log(await verify(await signedAtSource(target, image, reference)));
    });
}
