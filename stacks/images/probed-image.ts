import type { EcrRepository } from "@cdktf/provider-aws/lib/ecr-repository";
import { RegistryImage } from "@cdktf/provider-docker/lib/registry-image";
import { type ITerraformDependable, TerraformLocal, TerraformSelf } from "cdktf";
import { Construct } from "constructs";
import type { Config } from "../../spec/config";
import type { BuildContext } from "./build-context";
import { buildImage } from "./built-image";
import type { ImageSpec } from "./image-spec";
import { probe } from "./probe";
import { promoteImage, sameDigest } from "./promoted-image";
import type { RunningImage } from "./running-images";
import { scan } from "./scan";
import { sign, verifySource } from "./signature";

export interface ProbedImageProps {
  readonly config: Config;
  readonly spec: ImageSpec;
  readonly context: BuildContext;
  readonly repository: EcrRepository;
  /** The image in another environment. @default built from the sources */
  readonly promoted: RunningImage | undefined;
  /** The ID in the engine of the image that asks for another's health; none for the platform's own. */
  readonly readyId: string | undefined;
  /** What comes before that image is run. */
  readonly readyCleared: readonly ITerraformDependable[];
  /** ARN of the key that it is signed with. @default it is not signed */
  readonly signingKey: string | undefined;
}

/**
 * One image: built or taken from another environment, scanned where its environment says so, run until it
 * is healthy, only then pushed, and signed where its environment says so.
 * Other code may refer to it only by `reference`.
 */
export class ProbedImage extends Construct {
  /** `repository@sha256:…` in the registry. */
  readonly reference: string;
  /** `sha256:…` */
  readonly digest: string;
  readonly repositoryArn: string;
  /** Its ID in the engine that built or fetched it. */
  readonly imageId: string;
  /** What comes before it is run: the check of its source's signature, and its scan. */
  readonly cleared: ITerraformDependable[];
  /** Whom it runs as: its own user, or one of the platform's. */
  readonly user: string;

  constructor(scope: Construct, id: string, props: ProbedImageProps) {
    super(scope, id);
    const { config, spec, context, repository, promoted, readyId, readyCleared } = props;
    const address = repositoryAddress(props);
    // The sources may name another user than those that a promoted image was built from.
    this.user = promoted
      ? new TerraformLocal(this, "user", promoted.user).asString
      : context.user();
    const image = promoted
      ? promoteImage(this, address, promoted.reference)
      : buildImage(this, { config, context, address, repository: repository.name });
    this.imageId = image.imageId;
    this.cleared = [
      ...(config.sign && promoted ? [verifySource(this, promoted.reference)] : []),
      ...(config.scan ? [scan(this, config.scan, this.imageId)] : []),
    ];
    const { imageId, user } = this;
    // Both images run: its own, and the one that asks for its health.
    const dependsOn = [...this.cleared, ...readyCleared];
    const asked = { ...spec.probe, config, imageId, user, readyId, dependsOn };
    const pushed = new RegistryImage(this, "pushed", {
      name: image.name,
      // A running task or a rollback may need the old image; the lifecycle policy removes it.
      keepRemotely: true,
      dependsOn: [...this.cleared, probe(this, asked)],
      ...(image.digest && {
        lifecycle: {
          postcondition: [sameDigest(TerraformSelf.getString("sha256_digest"), image.digest)],
        },
      }),
    });
    this.repositoryArn = repository.arn;
    this.digest = pushed.sha256Digest;
    const digest = props.signingKey
      ? sign(this, address, pushed, props.signingKey)
      : pushed.sha256Digest;
    this.reference = new TerraformLocal(this, "reference", `${address}@${digest}`).asString;
  }
}

/** The start of image names: `host/repository`. */
function repositoryAddress({ config, repository }: ProbedImageProps): string {
  return config.registry
    ? `${new URL(config.registry).host}/${repository.name}`
    : repository.repositoryUrl;
}
