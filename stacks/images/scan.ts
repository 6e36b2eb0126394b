import { DataResource, type TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { type Scan, described, isAbout } from "../../spec/scan/accepted";
import { writeProgram } from "./front-door";

/** The command of the front door that scans one image, and the file that runs it. */
const COMMAND = "scan-image";

/**
 * The construct's id, by which plans and failures tell it from other data. cdktf leaves an id out of an
 * address if the one before it ends with it, and no service's name ends with a capital letter.
 */
const SCAN = "Scan";

const ADDRESS = new RegExp(`^terraform_data\\.images_(.+)_${SCAN}_[0-9A-F]{8}$`);

/** The image that a resource scans, by its address; `undefined` if it is no scan. */
export function scannedImage(address: string): string | undefined {
  return ADDRESS.exec(address)?.[1];
}

/**
 * Scans an image for vulnerabilities; it fails if there is one at or above the threshold, and leaves
 * nothing else in the state than what it was asked. A new image, another threshold and another list of
 * what is accepted, which also changes with each date that passes, ask again.
 *
 * @param scope the image's scope, whose id names it
 * @returns what is created only once the image has passed
 * @see https://developer.hashicorp.com/terraform/language/resources/provisioners/local-exec
 */
export function scan(
  scope: Construct,
  { threshold, unfixed, accepted }: Scan,
  imageId: string,
): DataResource {
  const image = scope.node.id;
  const own = accepted.filter((each) => isAbout(each, image));
  return new DataResource(scope, SCAN, {
    triggersReplace: { image: imageId, threshold, unfixed, accepted: own.map(described).sort() },
    provisioners: [{ type: "local-exec", command: `exec ./${COMMAND} ${image} ${imageId}` }],
  });
}

/** Writes the program that scans beside the stack's Terraform configuration. */
export function writeScanner(stack: TerraformStack): void {
  writeProgram(stack, COMMAND, COMMAND);
}
