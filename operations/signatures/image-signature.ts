import { signatureTag } from "../../spec/image-tags";
import { Failure } from "../terminal/run";
import { type ImageReference, isSignedBy, payloadOf, signatureManifest } from "./cosign-signature";
import type { Repository } from "./registry";
import { type SigningPlace, deleteCommand, outputCommand, signCommand } from "./sign-command";
import type { SigningKey } from "./signing-key";

/** An image of an environment, its repository with its signature, and the key of that. */
export interface Signed {
  readonly place: SigningPlace;
  /** Its name in messages. */
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
export async function signImage({
  place,
  image,
  reference,
  repository,
  key,
}: Signed): Promise<string> {
  const tag = signatureTag(reference.digest);
  const payload = payloadOf(reference);
  const publicKey = await key.publicKey();
  const found = await repository.manifest(tag);
  if (found !== undefined) {
    if (isSignedBy(found, payload, publicKey)) return `${image} is signed already`;
    throw new Failure([
      `${image} has a signature that is not by the environment's key: the tag ${tag} in ${reference.repository}.`,
      `→ If it is by a former key, delete it, and run the same command again: ${deleteCommand(place, reference)}`,
    ]);
  }
  const { manifest, config } = signatureManifest(payload, await key.sign(payload));
  for (const blob of [payload, config]) await repository.putBlob(blob);
  await repository.putManifest(tag, manifest);
  return `${image} is signed`;
}

/**
 * Verifies that an image is signed by its environment's key.
 *
 * @returns what was found, in words
 * @throws Failure if it is not
 */
export async function verifyImage(signed: Signed): Promise<string> {
  const { place, image, reference, repository, key } = signed;
  const { suffix } = place;
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
    ...restoration(signed, found !== undefined),
  ]);
}

/**
 * A deployment of the source has signed the image once, and does not look for the signature again. Someone who can
 * push an image can delete a signature too, so only a person can tell what has happened.
 */
function restoration({ place, image, reference }: Signed, isByAnother: boolean): string[] {
  const { suffix } = place;
  return [
    ...(isByAnother
      ? [`→ If it is by a former key of ${suffix}, delete it: ${deleteCommand(place, reference)}`]
      : [
          "→ An image that somebody has swapped has no signature either. Find out first why it is gone (CloudTrail lists BatchDeleteImage).",
        ]),
    `→ Sign only a digest that a deployment of ${suffix} has pushed. This one is ${reference.digest}; compare: ${outputCommand(place)}`,
    `→ Sign it in ${suffix}, with credentials for its account; a deployment there does not sign it again: ${signCommand(place, image, reference)}`,
    "  Then run the same command again.",
  ];
}
