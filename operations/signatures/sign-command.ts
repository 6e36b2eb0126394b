import { isOnInternet } from "../../spec/environment/domain";
import { signatureTag } from "../../spec/image-tags";
import type { ImageReference } from "./cosign-signature";

/** An environment whose images are signed. */
export interface SigningPlace {
  readonly suffix: string;
  /** The local AWS's registry; `undefined` in an AWS account. */
  readonly registry: string | undefined;
  readonly region: string;
  /** The account of its registry, if that is not the caller's. */
  readonly account: string | undefined;
}

/** The command that signs an image in its environment, as a shell takes it. */
export function signCommand(
  place: SigningPlace,
  image: string,
  { host, repository, digest }: ImageReference,
): string {
  return `${shellOf(place)}PLATFORM_SUFFIX=${place.suffix} npx platform sign-image ${image} ${host}/${repository}@${digest}`;
}

/** The command that deletes the signature of an image, and not the image. */
export function deleteCommand(place: SigningPlace, { repository, digest }: ImageReference): string {
  const { region, account } = place;
  const registry = account === undefined ? "" : ` --registry-id ${account}`;
  return `${shellOf(place)}aws ecr batch-delete-image --region ${region}${registry} --repository-name ${repository} --image-ids imageTag=${signatureTag(digest)}`;
}

/** The command that prints which digest of each image the deployment has pushed. */
export function outputCommand(place: SigningPlace): string {
  return `${shellOf(place)}PLATFORM_SUFFIX=${place.suffix} npx cdktf output images`;
}

/** Points a shell to the local AWS, there. */
function shellOf({ registry }: SigningPlace): string {
  return isOnInternet({ registry }) ? "" : 'eval "$(npx platform env)" && ';
}
