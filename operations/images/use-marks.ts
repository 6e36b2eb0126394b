import {
  BatchDeleteImageCommand,
  BatchGetImageCommand,
  type ECRClient,
  PutImageCommand,
  paginateDescribeImages,
} from "@aws-sdk/client-ecr";
import { USES, type Use, useTag, useTagStart } from "../../spec/image-tags";
import { hasName } from "../target/aws-error";
import { type Mark, type UsedImages, useChanges } from "./use-changes";

/** What ECR may return as it was pushed. For any other type it would convert the manifest. */
const MANIFEST_TYPES = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.docker.distribution.manifest.v2+json",
];

/** The most images that one request deletes. */
const DELETED_AT_ONCE = 100;

/** What marking has changed in a repository, and the images in use that it no longer has. */
export interface Marking {
  readonly changes: number;
  readonly gone: readonly string[];
}

/**
 * Marks the images of a repository that are in use, so that they do not expire. Marks are removed last:
 * an interruption leaves too many, never too few.
 *
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-retag.html
 */
export async function markImages(
  ecr: ECRClient,
  repositoryName: string,
  inUse: ReadonlySet<string>,
): Promise<Marking> {
  const { added, removed } = useChanges(await readMarks(ecr, repositoryName), inUse);
  const gone: string[] = [];
  for (const mark of added) {
    if (!(await addMark(ecr, repositoryName, mark))) gone.push(mark.digest);
  }
  for (let first = 0; first < removed.length; first += DELETED_AT_ONCE) {
    await removeMarks(ecr, repositoryName, removed.slice(first, first + DELETED_AT_ONCE));
  }
  return { changes: added.length + removed.length - gone.length, gone };
}

async function readMarks(client: ECRClient, repositoryName: string): Promise<UsedImages> {
  const marks: Record<Use, Set<string>> = { running: new Set(), previous: new Set() };
  const request = { repositoryName, filter: { tagStatus: "TAGGED" } } as const;
  for await (const { imageDetails = [] } of paginateDescribeImages({ client }, request)) {
    for (const { imageDigest, imageTags = [] } of imageDetails) {
      for (const use of USES) {
        const isMarked = imageTags.some((tag) => tag.startsWith(useTagStart(use)));
        if (imageDigest !== undefined && isMarked) marks[use].add(imageDigest);
      }
    }
  }
  return marks;
}

/** Whether the image was there to be marked. */
async function addMark(
  ecr: ECRClient,
  repositoryName: string,
  { use, digest }: Mark,
): Promise<boolean> {
  const { images: [image] = [] } = await ecr.send(
    new BatchGetImageCommand({
      repositoryName,
      imageIds: [{ imageDigest: digest }],
      acceptedMediaTypes: MANIFEST_TYPES,
    }),
  );
  if (!image) return false;
  try {
    await ecr.send(
      new PutImageCommand({
        repositoryName,
        imageTag: useTag(use, digest),
        imageManifest: image.imageManifest,
        imageManifestMediaType: image.imageManifestMediaType,
        imageDigest: digest,
      }),
    );
  } catch (error) {
    // Another run was faster. ECR has been seen to give either name in an immutable repository.
    if (!hasName(error, "ImageAlreadyExistsException", "ImageTagAlreadyExistsException")) {
      throw error;
    }
  }
  return true;
}

/** Removes tags. Each image keeps the tag that it was pushed with, and with it itself. */
async function removeMarks(
  ecr: ECRClient,
  repositoryName: string,
  marks: readonly Mark[],
): Promise<void> {
  const imageIds = marks.map(({ use, digest }) => ({ imageTag: useTag(use, digest) }));
  const { failures = [] } = await ecr.send(
    new BatchDeleteImageCommand({ repositoryName, imageIds }),
  );
  const failed = failures.find(({ failureCode }) => failureCode !== "ImageNotFound");
  if (failed) throw new Error(`${failed.imageId?.imageTag}: ${failed.failureReason}`);
}
