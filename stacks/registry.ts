import { EcrLifecyclePolicy } from "@cdktf/provider-aws/lib/ecr-lifecycle-policy";
import { EcrRepository } from "@cdktf/provider-aws/lib/ecr-repository";
import { Fn, TerraformOutput, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import type { Services } from "../services/spec";
import { keepState } from "./backend";
import type { Config } from "./config";
import { repositoryName } from "./names";
import { useAws } from "./providers";

/** Enough to roll back to for weeks; the running image is always among the newest. */
const IMAGES_KEPT = 30;

export interface RegistryStackProps {
  readonly config: Config;
  readonly services: Services;
}

/**
 * One private ECR repository per service, and nothing else: it is what must exist before an image
 * can be pushed, and it changes only when a service is added or removed.
 */
export class RegistryStack extends TerraformStack {
  readonly repositories: Readonly<Record<string, EcrRepository>>;

  constructor(scope: Construct, id: string, { config, services }: RegistryStackProps) {
    super(scope, id);
    keepState(this, config);
    useAws(this, config);

    this.repositories = Object.fromEntries(
      Object.keys(services).map((service) => [service, this.repository(service, config)]),
    );

    new TerraformOutput(this, "repository-urls", {
      description: "The ECR repository of each service",
      value: Object.fromEntries(
        Object.entries(this.repositories).map(([name, { repositoryUrl }]) => [name, repositoryUrl]),
      ),
    });
  }

  private repository(service: string, config: Config): EcrRepository {
    const scope = new Construct(this, service);
    const repository = new EcrRepository(scope, "repository", {
      name: repositoryName(config, service),
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
}
