import { EcrLifecyclePolicy } from "@cdktf/provider-aws/lib/ecr-lifecycle-policy";
import { EcrRepository } from "@cdktf/provider-aws/lib/ecr-repository";
import { Fn, TerraformOutput, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import type { Services } from "../services/spec";
import { keepState } from "./backend";
import type { Config } from "./config";
import { imageNames } from "./images/image-spec";
import { repositoryName } from "./names";
import { useAws } from "./providers";

/** Counted from the newest push: 30 pushes that were never deployed would reach a running image. */
const IMAGES_KEPT = 30;

export interface RegistryStackProps {
  readonly config: Config;
  readonly services: Services;
}

/**
 * One private ECR repository per image, and nothing else: it is what must exist before an image
 * can be pushed, and it changes only when a service is added or removed.
 */
export class RegistryStack extends TerraformStack {
  readonly repositories: ReadonlyMap<string, EcrRepository>;

  constructor(scope: Construct, id: string, { config, services }: RegistryStackProps) {
    super(scope, id);
    keepState(this, config);
    useAws(this, config);

    const parent = new Construct(this, "images");
    this.repositories = new Map(
      imageNames(services).map((name) => [name, createRepository(parent, name, config)]),
    );

    new TerraformOutput(this, "repository-urls", {
      description: "The ECR repository of each image",
      value: Object.fromEntries(
        [...this.repositories].map(([name, { repositoryUrl }]) => [name, repositoryUrl]),
      ),
    });
  }
}

function createRepository(parent: Construct, image: string, config: Config): EcrRepository {
  const scope = new Construct(parent, image);
  const repository = new EcrRepository(scope, "repository", {
    name: repositoryName(config, image),
    imageTagMutability: "IMMUTABLE",
    imageScanningConfiguration: { scanOnPush: true },
    encryptionConfiguration: [{ encryptionType: "AES256" }],
    // Otherwise a repository that holds images cannot be destroyed.
    forceDelete: true,
  });
  new EcrLifecyclePolicy(scope, "lifecycle", {
    repository: repository.name,
    policy: Fn.jsonencode({
      rules: [
        {
          rulePriority: 1,
          description: `Keep the ${IMAGES_KEPT} newest images`,
          selection: {
            tagStatus: "any",
            countType: "imageCountMoreThan",
            countNumber: IMAGES_KEPT,
          },
          action: { type: "expire" },
        },
      ],
    }),
  });
  return repository;
}
