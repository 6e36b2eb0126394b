import { type StackName } from "../../../../../operations/terraform/terraform-process";

/** An error as its tool prints it, where it comes from, and what the advice must say. */
export interface Sample {
  readonly stack: StackName;
  /** `undefined`: Terraform itself. */
  readonly address: string | undefined;
  readonly words: string;
  readonly says: readonly string[];
}

export const IMAGE = "docker_image.images_web_image_0A1B2C3D";
export const PROBE = "docker_container.images_web_probe_0A1B2C3D";
export const PUSHED = "docker_registry_image.images_web_pushed_0A1B2C3D";

/** Samples of one source: words and what the advice says. */
export function from(
  stack: StackName,
  address: string | undefined,
  ...samples: readonly (readonly [words: string, ...says: string[]])[]
): Sample[] {
  return samples.map(([words, ...says]) => ({ stack, address, words, says }));
}

/** The AWS provider's words for a request that AWS refused. */
export function refused(doing: string, request: string, error: string): string {
  return `${doing}: operation error ${request}, https response error StatusCode: 400, RequestID: 6f1d7c2e-7b0d-4e1e-9d0e-2f2b9a1c3d4e, ${error}`;
}
