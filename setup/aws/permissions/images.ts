import { type Environment, type Source, repositories } from "./environment";
import {
  NOTHING,
  type Permissions,
  type PermissionTable,
  allow,
  allowEverywhere,
  of,
} from "./grant";

/**
 * The repositories, and the Docker provider's pushes to them.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html
 */
export function images(environment: Environment): PermissionTable {
  const own = repositories(environment);
  return {
    aws_ecr_repository: {
      read: [allow(own, of("ecr", "DescribeRepositories", "ListTagsForResource"))],
      write: [
        allow(own, of("ecr", "CreateRepository", "DeleteRepository")),
        allow(own, of("ecr", "PutImageScanningConfiguration", "PutImageTagMutability")),
        allow(own, of("ecr", "TagResource", "UntagResource")),
      ],
    },
    aws_ecr_lifecycle_policy: {
      read: [allow(own, of("ecr", "GetLifecyclePolicy"))],
      write: [allow(own, of("ecr", "PutLifecyclePolicy", "DeleteLifecyclePolicy"))],
    },
    "data.aws_caller_identity": {
      read: [
        allowEverywhere("The caller's identity is not a resource.", of("sts", "GetCallerIdentity")),
      ],
      write: [],
    },
    "data.aws_ecr_image": { read: [allow(own, of("ecr", "DescribeImages"))], write: [] },
    "data.aws_ecr_repository": {
      read: [
        allow(own, of("ecr", "DescribeRepositories", "ListTagsForResource", "DescribeImages")),
      ],
      write: [],
    },
    aws_ecr_repository_policy: {
      read: [allow(own, of("ecr", "GetRepositoryPolicy"))],
      write: [allow(own, of("ecr", "SetRepositoryPolicy", "DeleteRepositoryPolicy"))],
    },
    docker_image: environment.promotesFrom ? pull(environment, environment.promotesFrom) : NOTHING,
    docker_tag: NOTHING,
    docker_container: NOTHING,
    /** @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html */
    docker_registry_image: {
      read: [
        allow(own, of("ecr", "BatchGetImage", "GetDownloadUrlForLayer")),
        allow(own, of("ecr", "BatchCheckLayerAvailability")),
      ],
      write: [
        allow(own, of("ecr", "InitiateLayerUpload", "UploadLayerPart", "CompleteLayerUpload")),
        allow(own, of("ecr", "PutImage")),
      ],
    },
    terraform_data: NOTHING,
  };
}

/** Pulls another environment's images; one in another account must also allow it. */
function pull(environment: Environment, { suffix, account }: Source): Permissions {
  const theirs = repositories({ ...environment, suffix, account });
  return {
    read: [],
    write: [
      allow(theirs, of("ecr", "BatchGetImage", "GetDownloadUrlForLayer")),
      allow(theirs, of("ecr", "BatchCheckLayerAvailability")),
    ],
  };
}
