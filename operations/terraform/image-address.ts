import { IMAGE_PARTS } from "../../spec/images";

const PARTS = IMAGE_PARTS.join("|");
const ADDRESS = new RegExp(`^(?:data\\.)?\\w+\\.images_(.+?)(?:_(?:${PARTS}))?_[0-9A-F]{8}$`);

/**
 * The image that a resource of `registry` or `images` is part of, by its address: `flask-api`, or
 * `flask-api_otel` of a sidecar. In the name of an image that itself ends with the name of its part, cdktf
 * leaves the part out.
 */
export function imageIn(address: string): string | undefined {
  return ADDRESS.exec(address)?.[1];
}
