import { DataAwsCloudwatchLogGroups } from "@cdktf/provider-aws/lib/data-aws-cloudwatch-log-groups";
import { EcrLifecyclePolicy } from "@cdktf/provider-aws/lib/ecr-lifecycle-policy";
import { EcrRepository } from "@cdktf/provider-aws/lib/ecr-repository";
import { EcrRepositoryPolicy } from "@cdktf/provider-aws/lib/ecr-repository-policy";
import { Fn, Op, TerraformOutput, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import type { Services } from "../spec/service/spec";
import { keepState } from "./options/backend";
import { tagOwners } from "./options/owner-tags";
import type { Config } from "../spec/config";
import { repositoryNames } from "../spec/images";
import { logGroupPrefix, repositoryName } from "../spec/names";
import { useAws } from "./options/providers";
import { lifecycleRules } from "./registry/lifecycle-rules";
import { SigningKey } from "./registry/signing-key";

export interface RegistryStackProps {
  readonly config: Config;
  readonly services: Services;
}

/**
 * One private ECR repository per image, and the key that the images are signed with: they must exist
 * before an image can be pushed, and change only when a service is added or removed.
 */
export class RegistryStack extends TerraformStack {
  readonly repositories: ReadonlyMap<string, EcrRepository>;
  /** ARN of the key that images are signed with; none where the environment does not say so. */
  readonly signingKey: string | undefined;

  constructor(scope: Construct, id: string, { config, services }: RegistryStackProps) {
    super(scope, id);
    keepState(this, config);
    useAws(this, config);

    const parent = new Construct(this, "images");
    this.repositories = new Map(
      repositoryNames(services, config).map((name) => [
        name,
        createRepository(parent, name, config),
      ]),
    );

    this.signingKey = config.sign ? this.createSigningKey(config) : undefined;

    const urls = new TerraformOutput(this, "repository-urls", {
      description: "The ECR repository of each image",
      value: Object.fromEntries(
        [...this.repositories].map(([name, { repositoryUrl }]) => [name, repositoryUrl]),
      ),
    });
    // cdktf 0.21 accepts an output's precondition but does not write it.
    urls.addOverride("precondition", this.nothingInUseGoes(services, config));
    tagOwners(this, services);
  }

  private createSigningKey(config: Config): string {
    const { arn } = new SigningKey(this, "signing-key", config);
    new TerraformOutput(this, "signing-key-arn", {
      description: "The key that the images are signed with",
      value: arn,
    });
    return arn;
  }

  /**
   * Removing a service from the catalogue deletes its repository with all images. While the platform
   * has its log group, tasks may still need them, so the whole plan is refused.
   */
  private nothingInUseGoes(services: Services, config: Config) {
    const prefix = logGroupPrefix(config);
    const deployed = new DataAwsCloudwatchLogGroups(this, "deployed", {
      logGroupNamePrefix: prefix,
    });
    const known = repositoryNames(services, config).map((name) => prefix + name);
    const unknown = Fn.setsubtract(deployed.logGroupNames, known);
    // Without the last slash: Terraform treats a search between two slashes as a pattern.
    const names = Fn.replace(Fn.join(", ", unknown), prefix.slice(0, -1), "");
    return {
      // Not `Op.eq(…, 0)`: cdktf writes `undefined` for a zero.
      condition: Op.lt(Fn.lengthOf(unknown), 1),
      error_message: `services/index.ts no longer lists ${Fn.replace(names, "/", "")}, which the platform still runs from its repository. Nothing was changed. To remove it in the safe order, run npx platform deploy.`,
    };
  }
}

function createRepository(parent: Construct, image: string, config: Config): EcrRepository {
  const scope = new Construct(parent, image);
  const repository = new EcrRepository(scope, "repository", {
    name: repositoryName(config, image),
    imageTagMutability: "IMMUTABLE",
    imageScanningConfiguration: { scanOnPush: true },
    encryptionConfiguration: [{ encryptionType: "AES256" }],
    // Otherwise a repository with images cannot be destroyed.
    forceDelete: true,
  });
  if (config.pullableBy.length > 0) {
    new EcrRepositoryPolicy(scope, "pullable", {
      repository: repository.name,
      policy: Fn.jsonencode(pullPolicy(config.pullableBy)),
    });
  }
  new EcrLifecyclePolicy(scope, "lifecycle", {
    repository: repository.name,
    policy: Fn.jsonencode({ rules: lifecycleRules() }),
  });
  return repository;
}

/** @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policy-examples.html */
function pullPolicy(accounts: readonly string[]) {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "PullToPromote",
        Effect: "Allow",
        Principal: { AWS: [...accounts] },
        Action: [
          "ecr:BatchCheckLayerAvailability",
          "ecr:BatchGetImage",
          "ecr:GetDownloadUrlForLayer",
        ],
      },
    ],
  };
}
