import { scannerImage } from "../../operations/scan/scanner";
import { Refusal } from "../../operations/terminal/refusal";
import { isOnInternet } from "../../spec/environment/domain";
import { withoutDigest } from "../../stacks/images/base-images";
import type { BaseImageOptions } from "./base-image-options";
import { byDigest, inspect, prepareBaseImages } from "./base-images";
import { pull } from "./pull";

/** The engine, and the environment whose images are scanned. */
export interface ScannerOptions extends Omit<BaseImageOptions, "images"> {
  readonly config: { readonly registry: string | undefined };
}

/**
 * Makes the scanner's image available to the engine. In an AWS account it is the published one, by its
 * digest: a name may be any image's, and this one decides what production gets. On the local AWS it may be
 * a stand-in, under the name.
 *
 * @returns the reference to run it by
 * @throws Refusal if it cannot be had
 */
export async function prepareScanner({ config, ...options }: ScannerOptions): Promise<string> {
  const image = scannerImage();
  if (isOnInternet(config)) return await published(byDigest(image), options);
  await prepareBaseImages({ ...options, images: [image] });
  return withoutDigest(image);
}

async function published(
  image: string,
  { docker, report }: Omit<BaseImageOptions, "images">,
): Promise<string> {
  if (await inspect(docker, image)) return image;
  report(`pulling ${image}`);
  const reason = await pull(docker, image, report);
  if (reason === undefined) return image;
  throw new Refusal(
    `the scanner's image ${image} cannot be pulled (${reason}), and an environment in an AWS account is scanned with no other`,
    `Run the command again, or first: docker pull ${image}   # after docker login if Docker Hub limits the pulls. Or name a mirror of Docker Hub in the engine's registry-mirrors.`,
  );
}
