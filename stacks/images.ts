import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import type { EcrRepository } from "@cdktf/provider-aws/lib/ecr-repository";
import { TerraformOutput, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import type { Services } from "../spec/service/spec";
import { keepState } from "./options/backend";
import type { Config } from "../spec/config";
import { READY, imageNames } from "../spec/images";
import { registryHost } from "../spec/names";
import type { ContextOf } from "./images/build-context";
import { imageSpec } from "./images/image-spec";
import { ProbedImage } from "./images/probed-image";
import { registryLogin, writeLoginHelper } from "./images/registry-login";
import { RunningImages } from "./images/running-images";
import { writeScanner } from "./images/scan";
import { writeSigner } from "./images/signature";
import { useAws, useDocker } from "./options/providers";

export interface ImagesStackProps {
  readonly config: Config;
  readonly services: Services;
  readonly contextOf: ContextOf;
  readonly repositories: ReadonlyMap<string, EcrRepository>;
  /** ARN of the key that images are signed with. @default they are not signed */
  readonly signingKey: string | undefined;
}

/**
 * Builds, probes, pushes and signs each image, and outputs its digest. It needs a Docker engine, and changes
 * with each commit that touches a service.
 */
export class ImagesStack extends TerraformStack {
  /** By name: each service's image, and the platform's own. */
  readonly images: ReadonlyMap<string, ProbedImage>;

  constructor(scope: Construct, id: string, props: ImagesStackProps) {
    super(scope, id);
    const { config, services, contextOf, repositories, signingKey } = props;
    keepState(this, config);
    useAws(this, config);
    const { accountId } = new DataAwsCallerIdentity(this, "caller", {});
    const own = config.registry ?? `https://${registryHost(accountId, config.region)}`;
    // The login is valid for every registry that its owner may pull from.
    useDocker(this, [own, ...sourceRegistries(config)].map(registryLogin));
    writeLoginHelper(this);
    if (config.scan) writeScanner(this);
    if (config.sign) writeSigner(this);

    const running = config.promoteFrom && new RunningImages(this, config, config.promoteFrom);
    const parent = new Construct(this, "images");
    const images = new Map<string, ProbedImage>();
    // Each probe of a service is asked for its health by a container of the first.
    for (const name of imageNames(services)) {
      const repository = repositories.get(name);
      if (!repository) throw new Error(`registry has no repository for ${name}`);
      const spec = imageSpec(name, services, config);
      const context = contextOf(name);
      const promoted = running?.image(name, context.user());
      images.set(
        name,
        new ProbedImage(parent, name, {
          config,
          spec,
          context,
          repository,
          promoted,
          signingKey,
          readyId: images.get(READY)?.imageId,
          readyCleared: images.get(READY)?.cleared ?? [],
        }),
      );
    }
    this.images = images;

    new TerraformOutput(this, "references", {
      description: "Each image, by digest",
      value: Object.fromEntries([...images].map(([name, { reference }]) => [name, reference])),
    });
  }
}

/** The registry of the other account that images are promoted from. */
function sourceRegistries({ promoteFrom, region }: Config): string[] {
  if (!promoteFrom?.account) return [];
  return [`https://${registryHost(promoteFrom.account, region)}`];
}
