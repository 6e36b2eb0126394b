import {
  CACHES_KEPT,
  CACHE_TAG,
  COSIGN_TAG,
  IMAGES_KEPT,
  PUSHED_TAG,
  USES,
  useTagStart,
} from "../../spec/image-tags";

/** More than a repository ever has of the images in use: ECR has no rule that only keeps. */
const NEVER_REACHED = 1000;

/**
 * The rules by which ECR expires a repository's images, within 24 hours. An image that matches a rule
 * cannot be expired by a later one, so the rules for the images in use come first. A later rule still counts
 * such images: one for every tag alone would also count signatures and caches, and expire pushed images for
 * them. So the next three select pushed images, caches and signatures alone, and the one for every tag is left
 * with what was pushed by hand, or by a version of this project whose tags had no such start.
 *
 * The last removes what an expired index leaves: the images that it listed, which have no tags. ECR expires
 * none of them while an index lists it. A push, which ends with the index, has a day. A signature that names
 * its image as `subject` has no tag either; AWS promises to remove it with the image, but not to keep it from
 * this rule. Therefore the signatures of `sign` have a tag.
 *
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html
 */
export function lifecycleRules() {
  return [
    ...USES.map((use) => ({
      description: `Keep the images tagged ${useTagStart(use)}`,
      // Several patterns of one rule would select only images with a tag for each.
      selection: newest(NEVER_REACHED, useTagStart(use)),
    })),
    {
      description: `Keep the ${IMAGES_KEPT} newest pushed images`,
      selection: newest(IMAGES_KEPT, PUSHED_TAG),
    },
    {
      description: `Keep the ${CACHES_KEPT} newest build caches`,
      selection: newest(CACHES_KEPT, CACHE_TAG),
    },
    {
      description: "Keep cosign's signatures and attestations",
      selection: newest(NEVER_REACHED, COSIGN_TAG),
    },
    {
      description: "Keep the newest of all that has another tag",
      selection: newest(IMAGES_KEPT, ""),
    },
    {
      description: "Expire what expired image indexes leave",
      selection: {
        tagStatus: "untagged",
        countType: "sinceImagePushed",
        countUnit: "days",
        countNumber: 1,
      },
    },
  ].map((rule, index) => ({ rulePriority: index + 1, ...rule, action: { type: "expire" } }));
}

function newest(countNumber: number, tagStart: string) {
  return {
    tagStatus: "tagged",
    tagPatternList: [`${tagStart}*`],
    countType: "imageCountMoreThan",
    countNumber,
  };
}
