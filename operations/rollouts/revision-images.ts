import { DescribeImagesCommand } from "@aws-sdk/client-ecr";
import type { TaskDefinition } from "@aws-sdk/client-ecs";
import { PUSHED_TAG } from "../../spec/image-tags";
import { hasName, isDenied } from "../target/aws-error";
import type { Clients } from "../target/clients";

/** The image of a container, as ECR knows it. */
export interface RevisionImage {
  /** The container. */
  readonly name: string;
  /** `host/repository@sha256:…` */
  readonly image: string;
  /** Whether ECR still has it: AWS may not tell the caller. */
  readonly state: "there" | "gone" | "not told";
  /** The tag that it was pushed with, if ECR has it. */
  readonly tag: string | undefined;
}

const GONE = ["ImageNotFoundException", "RepositoryNotFoundException"] as const;

/** The images of a revision's containers, but for those that no digest names, which ECR is not asked for. */
export async function revisionImages(
  { containerDefinitions = [] }: TaskDefinition,
  { ecr }: Pick<Clients, "ecr">,
): Promise<RevisionImage[]> {
  const answers = containerDefinitions.map(async ({ name = "?", image = "" }) => {
    const [, repositoryName, imageDigest] = /^[^/]+\/(.+)@(sha256:[0-9a-f]{64})$/.exec(image) ?? [];
    if (repositoryName === undefined || imageDigest === undefined) return [];
    try {
      const { imageDetails = [] } = await ecr.send(
        new DescribeImagesCommand({ repositoryName, imageIds: [{ imageDigest }] }),
      );
      const tags = imageDetails.flatMap(({ imageTags = [] }) => imageTags);
      const tag = tags.find((each) => each.startsWith(PUSHED_TAG));
      return [{ name, image, state: "there" as const, tag }];
    } catch (error) {
      const unread = { name, image, tag: undefined };
      if (hasName(error, ...GONE)) return [{ ...unread, state: "gone" as const }];
      if (isDenied(error)) return [{ ...unread, state: "not told" as const }];
      throw error;
    }
  });
  return (await Promise.all(answers)).flat();
}
