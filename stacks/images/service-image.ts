import path from "node:path";
import type { EcrRepository } from "@cdktf/provider-aws/lib/ecr-repository";
import { Container } from "@cdktf/provider-docker/lib/container";
import { Image } from "@cdktf/provider-docker/lib/image";
import { RegistryImage } from "@cdktf/provider-docker/lib/registry-image";
import { App, TerraformLocal, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { type Services, specOf } from "../../services/spec";
import type { Config } from "../config";
import { containerEnvironment, healthCommand } from "../container";
import { resourceName } from "../names";
import { contentHash } from "./content-hash";

/** How long an image may take from start to healthy, in seconds. ECS gives it the same. */
const PROBE_SECONDS = 60;

/** Label of every Docker object that the project makes; its value is the environment. */
export const DOCKER_LABEL = "fargate-platform";

export interface ServiceImageProps {
  readonly config: Config;
  readonly services: Services;
  readonly service: string;
  /** Folder with the service's Dockerfile. */
  readonly context: string;
  readonly repository: EcrRepository;
}

/**
 * The image of one service: built, run until it is healthy, and only then pushed. `reference` is the
 * only name that anything else may use for it.
 */
export class ServiceImage extends Construct {
  /** `repository@sha256:…` as the registry knows it. */
  readonly reference: string;
  /** `sha256:…` */
  readonly digest: string;
  readonly repositoryArn: string;

  constructor(scope: Construct, id: string, props: ServiceImageProps) {
    super(scope, id);
    const image = this.build(props);
    const pushed = new RegistryImage(this, "pushed", {
      name: image.name,
      // A running task, or a rollback, may need the old image; the lifecycle policy removes it.
      keepRemotely: true,
      dependsOn: [this.probe(image, props)],
    });
    this.repositoryArn = props.repository.arn;
    this.digest = pushed.sha256Digest;
    this.reference = new TerraformLocal(
      this,
      "reference",
      `${repositoryAddress(props)}@${pushed.sha256Digest}`,
    ).asString;
  }

  private build(props: ServiceImageProps): Image {
    const { config, services, service, context } = props;
    const platform = config.architecture === "ARM64" ? "linux/arm64" : "linux/amd64";
    const buildArguments = specOf(service, services).buildArguments ?? {};
    const hash = contentHash({ context, platform, buildArguments });
    return new Image(this, "image", {
      name: `${repositoryAddress(props)}:${hash.slice(0, 20)}`,
      triggers: { content: hash },
      keepLocally: true,
      buildAttribute: {
        context: relativeToStack(this, context),
        platform,
        buildArgs: { ...buildArguments },
        label: { [DOCKER_LABEL]: config.suffix },
      },
    });
  }

  /**
   * Runs the image as its task will be run, with its own port, health path and environment, until
   * it is healthy.
   *
   * A probe that was stopped afterwards is no change on the next plan (`mustRun`), and a failed one
   * stays, so that its log can be read.
   */
  private probe(image: Image, { config, services, service }: ServiceImageProps): Container {
    const spec = specOf(service, services);
    const environment = containerEnvironment(service, services, config);
    return new Container(this, "probe", {
      name: resourceName(config, service, "probe"),
      image: image.imageId,
      env: Object.entries(environment).map(([key, value]) => `${key}=${value}`),
      healthcheck: {
        test: ["CMD", ...healthCommand(spec)],
        interval: "1s",
        timeout: "5s",
        // Written as the engine reports it; "60s" would replace the probe with every deploy.
        startPeriod: "1m0s",
        retries: 3,
      },
      init: true,
      readOnly: true,
      wait: true,
      waitTimeout: PROBE_SECONDS,
      mustRun: false,
      restart: "no",
      memory: spec.size.memory,
      // No swap beyond the memory limit: what does not fit here does not fit the task either.
      memorySwap: spec.size.memory,
      // A probe may borrow up to a whole processor: on the build host the start is not the test.
      cpus: "1.0",
      labels: [
        { label: DOCKER_LABEL, value: config.suffix },
        // The provider takes a changed health check for a change in place and probes nothing; a
        // changed label makes it start a new probe.
        { label: `${DOCKER_LABEL}.health-check`, value: healthCommand(spec).join(" ") },
      ],
    });
  }
}

/** What image names begin with: `host/repository`. */
function repositoryAddress({ config, repository }: ServiceImageProps): string {
  return config.registry
    ? `${new URL(config.registry).host}/${repository.name}`
    : repository.repositoryUrl;
}

/**
 * Terraform runs in the stack's output folder; a relative context keeps the plan the same in every
 * checkout, where an absolute one would replace the image.
 */
function relativeToStack(scope: Construct, folder: string): string {
  const stack = TerraformStack.of(scope).node.id;
  const output = path.resolve(App.of(scope).outdir, "stacks", stack);
  return path.relative(output, folder);
}
