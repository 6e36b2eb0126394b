import { signatureTag } from "../../spec/image-tags";
import { Failure } from "../terminal/run";
import { type ImageReference, isSignedBy, payloadOf, signatureManifest } from "./cosign-signature";
import type { Repository } from "./registry";
import type { SigningKey } from "./signing-key";

/** An image, its name in messages, the repository with its signature, and the key of that. */
export interface Signed {
  readonly image: string;
  readonly reference: ImageReference;
  readonly repository: Repository;
  readonly key: SigningKey;
}

/**
 * Signs an image, unless it has a valid signature already. Nothing is written to a transparency log, which
 * would make the names of private images public.
 *
 * @returns what was done, in words
 * @throws Failure if there is another signature, which an immutable repository does not replace
 */
export async function signImage({ image, reference, repository, key }: Signed): Promise<string> {
  const tag = signatureTag(reference.digest);
  const payload = payloadOf(reference);
  const publicKey = await key.publicKey();
  const found = await repository.manifest(tag);
  if (found !== undefined) {
    if (isSignedBy(found, payload, publicKey)) return `${image} is signed already`;
    throw new Failure([
      `${image} has a signature that is not by the environment's key: the tag ${tag} in ${reference.repository}.`,
      `→ If it is by a former key, delete it, and run the same command again: aws ecr batch-delete-image --repository-name ${reference.repository} --image-ids imageTag=${tag}`,
    ]);
  }
  const { manifest, config } = signatureManifest(payload, await key.sign(payload));
  for (const blob of [payload, config]) await repository.putBlob(blob);
  await repository.putManifest(tag, manifest);
  return `${image} is signed`;
}

/**
 * Verifies that an image is signed by a key.
 *
 * @param suffix the environment that it was signed in
 * @returns what was found, in words
 * @throws Failure if it is not
 */
export async function verifyImage(
  { image, reference, repository, key }: Signed,
  suffix: string,
): Promise<string> {
  const tag = signatureTag(reference.digest);
  const publicKey = await key.publicKey();
  const found = await repository.manifest(tag);
  if (found !== undefined && isSignedBy(found, payloadOf(reference), publicKey)) {
    return `${image} is signed by ${suffix}`;
  }
  const problem =
    found === undefined
      ? `has no signature: ${reference.repository} has no tag ${tag}`
      : `has a signature that is not by ${suffix}'s key: the tag ${tag} in ${reference.repository}`;
  throw new Failure([
    `${image} of ${suffix} ${problem}. It is not promoted.`,
    `→ Deploy ${suffix} with sign: true, then run the same command again: npx platform deploy ${suffix}`,
  ]);
}
