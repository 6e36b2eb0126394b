import type { RegistryImage } from "@cdktf/provider-docker/lib/registry-image";
import { DataResource, type LocalExecProvisioner, type TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { writeProgram } from "./front-door";

/** The commands of the front door that sign an image and verify one, and the files that run them. */
const SIGN = "sign-image";
const VERIFY = "verify-image";

/** The constructs' ids: see `SCAN`. */
const SIGNATURE = "Signature";
const SOURCE_SIGNATURE = "SourceSignature";

const ADDRESS = new RegExp(
  `^terraform_data\\.images_(.+)_(${SOURCE_SIGNATURE}|${SIGNATURE})_[0-9A-F]{8}$`,
);

/** What a resource does with the signature of which image, by its address. */
export function signatureAt(
  address: string,
): { readonly image: string; readonly does: "sign" | "verify" } | undefined {
  const [, image, id] = ADDRESS.exec(address) ?? [];
  return image === undefined ? undefined : { image, does: id === SIGNATURE ? "sign" : "verify" };
}

/**
 * Signs a pushed image. Another image and another key ask again; what this key has signed already stays as
 * it is.
 *
 * @param scope the image's scope, whose id names it
 * @param address the start of its name in the registry: `host/repository`
 * @param key the ARN of the environment's key
 * @returns its digest, which nothing gets before it is signed
 */
export function sign(
  scope: Construct,
  address: string,
  { sha256Digest: digest }: RegistryImage,
  key: string,
): string {
  const signature = new DataResource(scope, SIGNATURE, {
    triggersReplace: { digest, key },
    provisioners: [run(SIGN, scope.node.id, `${address}@${digest}`)],
  });
  // As it was asked for: unlike the resource's `output`, a plan knows it.
  return signature.interpolationForAttribute("triggers_replace.digest").toString();
}

/**
 * Verifies the signature that an image has in the environment that it is promoted from.
 *
 * @param scope the image's scope, whose id names it
 * @param reference the image there: `host/repository@sha256:…`
 * @returns what is created only once it is verified
 */
export function verifySource(scope: Construct, reference: string): DataResource {
  return new DataResource(scope, SOURCE_SIGNATURE, {
    triggersReplace: { reference },
    provisioners: [run(VERIFY, scope.node.id, reference)],
  });
}

/**
 * Runs a command on an image. Its reference is no part of the command's text: a promoted one is what
 * another environment's state says, which a shell must not read as a program.
 */
function run(command: string, image: string, reference: string): LocalExecProvisioner {
  return {
    type: "local-exec",
    command: `exec ./${command} ${image} -- "$IMAGE"`,
    environment: { IMAGE: reference },
  };
}

/** Writes the programs that sign and verify beside the stack's Terraform configuration. */
export function writeSigner(stack: TerraformStack): void {
  for (const command of [SIGN, VERIFY]) writeProgram(stack, command, command);
}
