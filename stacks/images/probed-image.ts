import path from "node:path";
import type { EcrRepository } from "@cdktf/provider-aws/lib/ecr-repository";
import { Container } from "@cdktf/provider-docker/lib/container";
import { Image } from "@cdktf/provider-docker/lib/image";
import { RegistryImage } from "@cdktf/provider-docker/lib/registry-image";
import { App, DataResource, Fn, TerraformLocal, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { START_SECONDS } from "../../limits";
import type { Config } from "../config";
import { DOCKER_LABEL, resourceName } from "../names";
import { contentHash } from "./content-hash";
import { type ImageSpec, buildLogFile } from "./image-spec";

export interface ProbedImageProps {
  readonly config: Config;
  readonly spec: ImageSpec;
  readonly repository: EcrRepository;
}

/**
 * One image: built, run until it is healthy, and only then pushed. `reference` is the
 * only name that anything else may use for it.
 */
export class ProbedImage extends Construct {
  /** `repository@sha256:…` as the registry knows it. */
  readonly reference: string;
  /** `sha256:…` */
  readonly digest: string;
  readonly repositoryArn: string;

  constructor(scope: Construct, id: string, props: ProbedImageProps) {
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

  private build(props: ProbedImageProps): Image {
    const { config, spec } = props;
    const { context, buildArguments } = spec;
    const platform = config.architecture === "ARM64" ? "linux/arm64" : "linux/amd64";
    const hash = contentHash({ context, platform, buildArguments });
    // A tag can be pushed once. Sources that come back after others, say by a revert, have the same
    // hash again, so the tag also names the time that they were built.
    const build = new DataResource(this, "build", { triggersReplace: { content: hash } });
    const tag = `${hash.slice(0, 16)}-${Fn.substr(build.id, 0, 8)}`;
    const built = new Image(this, "image", {
      name: `${repositoryAddress(props)}:${tag}`,
      triggers: { content: hash },
      keepLocally: true,
      buildAttribute: {
        context: relativeToStack(this, context),
        platform,
        buildArgs: { ...buildArguments },
        label: { [DOCKER_LABEL]: config.suffix },
      },
    });
    // Newer than the bindings. Terraform's own error has only the last sentence of a failed build;
    // the provider writes a log if the builder is named, also when it is the default one.
    built.addOverride("build.builder", "default");
    built.addOverride("build.build_log_file", buildLogFile(this.node.id));
    return built;
  }

  /**
   * Runs the image as its task will be run until it is healthy.
   *
   * A probe that was stopped afterwards is no change on the next plan (`mustRun`), and a failed one
   * stays, so that its log can be read.
   */
  private probe(image: Image, { config, spec }: ProbedImageProps): Container {
    const { environment, healthCheck, memory, command } = spec.probe;
    return new Container(this, "probe", {
      name: resourceName(config, this.node.id, "probe"),
      image: image.imageId,
      ...(command && { command: [...command] }),
      env: Object.entries(environment).map(([key, value]) => `${key}=${value}`),
      healthcheck: {
        test: ["CMD", ...healthCheck],
        interval: "1s",
        timeout: "5s",
        // Written as the engine reports it; "60s" would replace the probe with every deploy.
        startPeriod: "1m0s",
        retries: 3,
      },
      init: true,
      readOnly: true,
      wait: true,
      waitTimeout: START_SECONDS,
      mustRun: false,
      restart: "no",
      memory,
      // No swap beyond the memory limit: what does not fit here does not fit the task either.
      memorySwap: memory,
      // A probe may borrow up to a whole processor: on the build host the start is not the test.
      cpus: "1.0",
      labels: [
        { label: DOCKER_LABEL, value: config.suffix },
        // The provider takes another health check or memory for a change in place, and probes
        // nothing; a changed label makes it start a new probe.
        { label: `${DOCKER_LABEL}.probe`, value: [...healthCheck, memory].join(" ") },
      ],
    });
  }
}

/** What image names begin with: `host/repository`. */
function repositoryAddress({ config, repository }: ProbedImageProps): string {
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
