import { imageNames } from "../../spec/images";
import type { Services } from "../../spec/service/spec";
import { Refusal } from "../terminal/refusal";

/**
 * For a command that Terraform runs for one image.
 *
 * @throws Refusal if the catalogue has no such image
 */
export function requireImage(image: string, services: Services): void {
  const known = imageNames(services);
  if (known.includes(image)) return;
  throw new Refusal(`"${image}" is not an image`, `The images are ${known.join(", ")}.`);
}
