import { isNotFound } from "../target/engine-answer";
import { DescribeImagesCommand, type ECRClient } from "@aws-sdk/client-ecr";
import type Docker from "dockerode";
import type { StateImage, PushedImage } from "./images-in-state";

/** The places that may hold an image. */
export interface ImageHolders {
  readonly docker: Docker;
  readonly ecr: ECRClient;
}

/** Whether the registry has all of some images; false also if it cannot be asked. */
export async function areInRegistry(
  ecr: ECRClient,
  images: readonly PushedImage[],
): Promise<boolean> {
  const found = await Promise.all(images.map((image) => isInRegistry(ecr, image)));
  return !found.includes(false);
}

/** The images that the engine does not have under their names; another image of the name does not count. */
export async function missingFrom<Image extends StateImage>(
  docker: Docker,
  images: readonly Image[],
): Promise<Image[]> {
  const known = await Promise.all(images.map((image) => isInEngine(docker, image)));
  return images.filter((_, index) => !known[index]);
}

/** An engine that does not answer counts as complete: Terraform will report its error. */
async function isInEngine(docker: Docker, { name, id }: StateImage): Promise<boolean> {
  try {
    return (await docker.getImage(name).inspect()).Id === id;
  } catch (error) {
    return !isNotFound(error);
  }
}

async function isInRegistry(ecr: ECRClient, { repository, digest }: PushedImage): Promise<boolean> {
  const imageIds = [{ imageDigest: digest }];
  try {
    const { imageDetails = [] } = await ecr.send(
      new DescribeImagesCommand({ repositoryName: repository, imageIds }),
    );
    return imageDetails.length > 0;
  } catch {
    return false;
  }
}
