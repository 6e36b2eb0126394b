import { existsSync, realpathSync } from "node:fs";
import path from "node:path";
import { Image } from "@cdktf/provider-docker/lib/image";
import { App, DataResource, Fn, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { isOnInternet } from "../../spec/environment/domain";
import type { Config } from "../../spec/config";
import { BUILT_IMAGE, DOCKER_LABEL } from "../../spec/names";
import { asWritten, original } from "../options/as-written";
import { namedBases } from "./base-images";
import type { BuildContext } from "./build-context";
import { contentHash } from "./content-hash";
import { type ImageSpec, buildLogFile } from "./image-spec";
import type { LocalImage } from "./local-image";

/**
 * Builds an image from its context and tags it with its content hash.
 *
 * @param scope the image's scope, whose id names it
 * @param repository the start of the image's name: `host/repository`
 */
export function buildImage(
  scope: Construct,
  repository: string,
  config: Config,
  spec: ImageSpec,
  context: BuildContext,
): LocalImage {
  const { architecture } = config;
  // On this machine's own AWS the base images have been prepared, by name.
  const bases = isOnInternet(config) ? {} : asWritten(namedBases(context.dockerfile()));
  const buildArguments = { ...bases, ...spec.buildArguments };
  const platform = architecture === "ARM64" ? "linux/arm64" : "linux/amd64";
  const hash = contentHash({
    context: context.digest(),
    platform,
    buildArguments: original(buildArguments),
  });
  // A tag can be pushed only once. Reverted sources have an earlier hash again, so the tag also
  // identifies the build.
  const build = new DataResource(scope, "build", { triggersReplace: { content: hash } });
  const tag = `${hash.slice(0, 16)}-${Fn.substr(build.id, 0, 8)}`;
  const image = new Image(scope, "image", {
    name: `${repository}:${tag}`,
    triggers: { content: hash },
    keepLocally: true,
    buildAttribute: {
      context: asWritten(relativeToStack(scope, context.folder)),
      platform,
      buildArgs: buildArguments,
      label: { [DOCKER_LABEL]: BUILT_IMAGE },
    },
  });
  // Newer than the bindings. Terraform's error contains only the last sentence of a failed build; the
  // provider writes a log only if the builder is named, even the default one.
  image.addOverride("build.builder", "default");
  image.addOverride("build.build_log_file", buildLogFile(scope.node.id));
  return { name: image.name, imageId: image.imageId };
}

/**
 * Terraform runs in the stack's output folder. A relative context keeps the plan the same in every
 * checkout; an absolute one would replace the image. The system resolves `..` in the real folder, which
 * is elsewhere if the output folder or a folder above it is a link.
 */
function relativeToStack(scope: Construct, folder: string): string {
  const stack = TerraformStack.of(scope).node.id;
  const { outdir } = App.of(scope);
  const output = existsSync(outdir) ? realpathSync(outdir) : path.resolve(outdir);
  return path.relative(path.join(output, "stacks", stack), folder);
}
