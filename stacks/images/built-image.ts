import { existsSync, realpathSync } from "node:fs";
import path from "node:path";
import { Image } from "@cdktf/provider-docker/lib/image";
import { App, DataResource, Fn, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { isOnInternet } from "../../spec/environment/domain";
import type { Config } from "../../spec/config";
import { processorOf } from "../../spec/images";
import type { BuildSecret } from "../../spec/service/build";
import { PUSHED_TAG } from "../../spec/image-tags";
import { BUILT_IMAGE, DOCKER_LABEL } from "../../spec/names";
import { asWritten } from "../options/as-written";
import { namedBases } from "./base-images";
import { ENGINES_OWN, buildCache } from "./build-cache";
import type { BuildContext } from "./build-context";
import { contentHash } from "./content-hash";
import { buildLogFile } from "./image-spec";
import type { LocalImage } from "./local-image";

export interface BuiltImageProps {
  readonly config: Config;
  readonly context: BuildContext;
  /** The repository's name, and the start of the image's name: `host/repository`. */
  readonly repository: string;
  readonly address: string;
}

/**
 * Builds an image from its context and tags it with its content hash.
 *
 * @param scope the image's scope, whose id names it
 */
export function buildImage(scope: Construct, props: BuiltImageProps): LocalImage {
  const { config, context, repository, address } = props;
  // On this machine's own AWS the base images have been prepared, by name.
  const { values, target, secrets, cache } = context.source;
  const bases = isOnInternet(config) ? {} : namedBases(context.dockerfile(), values);
  const buildArguments = { ...values, ...bases };
  const platform = `linux/${processorOf(config)}`;
  const hash = contentHash({
    context: context.digest(),
    platform,
    buildArguments,
  });
  // A tag can be pushed only once. Reverted sources have an earlier hash again, so the tag also
  // identifies the build.
  const build = new DataResource(scope, "build", { triggersReplace: { content: hash } });
  const tag = `${PUSHED_TAG}${hash.slice(0, 16)}-${Fn.substr(build.id, 0, 8)}`;
  const image = new Image(scope, "image", {
    name: `${address}:${tag}`,
    triggers: { content: hash },
    keepLocally: true,
    // Its name has the hash of all that counts. Where the cache and the builder are does not.
    lifecycle: { ignoreChanges: ["build"] },
    buildAttribute: {
      context: asWritten(relativeToStack(scope, context.folder)),
      // The provider looks for it from the context.
      dockerfile: asWritten(path.relative(context.folder, context.dockerfilePath)),
      ...(target !== undefined && { target }),
      platform,
      buildArgs: asWritten(buildArguments),
      ...(secrets.length > 0 && {
        secrets: secrets.map((secret) => secretBlock(scope, secret, context)),
      }),
      label: { [DOCKER_LABEL]: BUILT_IMAGE },
    },
  });
  // Newer than the bindings. Terraform's error contains only the last sentence of a failed build; the
  // provider writes a log only if the builder is named, even the default one.
  // Another builder stores the layers while it builds, which would be before the image's scan.
  const builder = config.scan ? undefined : config.builder;
  const settings = {
    build_log_file: buildLogFile(scope.node.id),
    ...(cache
      ? buildCache(scope, { repository, address, tag, builder, build })
      : { builder: ENGINES_OWN }),
  };
  for (const [name, value] of Object.entries(settings)) image.addOverride(`build.${name}`, value);
  return { name: image.name, imageId: image.imageId };
}

/** By name only: the provider reads the value when it builds. */
function secretBlock(scope: Construct, secret: BuildSecret, { source }: BuildContext) {
  return "variable" in secret
    ? { id: secret.id, env: secret.variable }
    : {
        id: secret.id,
        src: asWritten(relativeToStack(scope, path.join(source.project, secret.file))),
      };
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
