import { isOnInternet } from "../../spec/environment/domain";
import type { ImageReference } from "./cosign-signature";

/** An environment whose images are signed. */
export interface SigningPlace {
  readonly suffix: string;
  /** The local AWS's registry; `undefined` in an AWS account. */
  readonly registry: string | undefined;
}

/** The command that signs an image in its environment, as a shell takes it. */
export function signCommand(
  { suffix, registry }: SigningPlace,
  image: string,
  { host, repository, digest }: ImageReference,
): string {
  const shell = isOnInternet({ registry }) ? "" : 'eval "$(npx platform env)" && ';
  return `${shell}PLATFORM_SUFFIX=${suffix} npx platform sign-image ${image} ${host}/${repository}@${digest}`;
}
