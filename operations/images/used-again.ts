import { READY } from "../../spec/images";
import { scannedImage } from "../../stacks/images/scan";
import { changesIn } from "../approval/approved-change";
import type { PushedImage } from "./images-in-state";

/** cdktf leaves out a word that the image's name ends with: see `constructName`. */
const PROBE = /^docker_container\.images_(.+?)(?:_probe|_health)?_[0-9A-F]{8}$/;
const BUILD = /^docker_image\.images_(.+?)(?:_image)?_[0-9A-F]{8}$/;

/**
 * Which pushed images a plan of `images` probes or scans again, without building or fetching them itself:
 * the engine must have them before it is applied. Whatever is probed, so is the image that asks for its
 * health.
 *
 * @param plan the output of `terraform show -json`
 */
export function usedAgain(plan: unknown): (image: PushedImage) => boolean {
  const addresses = changesIn(plan)
    .filter(({ action }) => action !== "delete")
    .map(({ address }) => address);
  const of = (pattern: RegExp) => addresses.flatMap((address) => pattern.exec(address)?.[1] ?? []);
  const probed = of(PROBE);
  const scanned = addresses.flatMap((address) => scannedImage(address) ?? []);
  const built = new Set(of(BUILD));
  const asks = probed.length > 0 ? [READY] : [];
  const used = [...probed, ...scanned, ...asks].filter((image) => !built.has(image));
  return ({ repository }) => used.some((image) => repository.endsWith(`/${image}`));
}
