import type { App } from "cdktf";
import { synthesizeApp } from "./stacks/options/app";
import { asWritten } from "./stacks/options/as-written";
import { services as catalogue } from "./services";
import {
  NOTHING_SYNTHESIZED,
  REFUSED,
  WITHOUT_SECRETS,
  environment,
  makeOutputFolder,
  readConfig,
  sourcesOf,
} from "./project";
import { deploymentProblems } from "./spec/service/problems";
import type { Services } from "./spec/service/spec";
import { redirectProblems } from "./spec/variables/terraform-variables";
import type { Config } from "./spec/config";
import { ImagesStack } from "./stacks/images";
import { buildContexts, contextProblems } from "./stacks/images/build-context";
import { secretProblems } from "./stacks/images/build-secrets";
import { emulationProblems } from "./stacks/images/emulation";
import { PlatformStack } from "./stacks/platform";
import { VERSIONS } from "./spec/versions";
import { RegistryStack } from "./stacks/registry";

/**
 * The three stacks. Each can be planned only once the previous one is applied, because it uses its
 * results: `images` uses the repositories, `platform` the images' digests.
 */
export function build(
  app: App,
  config: Config,
  services: Services,
  contextOf = buildContexts(sourcesOf(services)),
): void {
  // For cdktn, which would otherwise check the stacks against Terraform 1.5; cdktf 0.21 ignores it.
  app.node.setContext("targetVersions", { terraform: VERSIONS.terraform });
  const shared = { config, services: asWritten(services) };
  const { repositories } = new RegistryStack(app, "registry", shared);
  const { images } = new ImagesStack(app, "images", { ...shared, repositories, contextOf });
  new PlatformStack(app, "platform", { ...shared, images });
}

async function main(): Promise<void> {
  const read = readConfig();
  const { config, services, problems } = read;
  const sourceOf = sourcesOf(services);
  const contextOf = buildContexts(sourceOf);
  const checksBuilds = !process.argv.includes(WITHOUT_SECRETS);
  problems.push(
    ...deploymentProblems(catalogue, read),
    ...contextProblems(config, services, contextOf),
    ...(checksBuilds ? secretProblems(config, services, sourceOf, environment) : []),
    ...(checksBuilds ? await emulationProblems(config) : []),
    ...redirectProblems(environment, config.backend),
  );
  if (problems.length > 0) {
    console.error([NOTHING_SYNTHESIZED, ...problems].join("\n  - "));
    process.exit(REFUSED);
  }
  makeOutputFolder();
  synthesizeApp((app) => {
    build(app, config, services, contextOf);
  });
}

if (require.main === module) void main();
