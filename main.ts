import type { App } from "cdktf";
import { synthesizeApp } from "./stacks/options/app";
import { asWritten } from "./stacks/options/as-written";
import { additions } from "./additions";
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
import { AdditionsRefusal } from "./stacks/platform/additions-refusal";
import { NO_ADDITIONS } from "./stacks/platform/addition";
import { VERSIONS } from "./spec/versions";
import { RegistryStack } from "./stacks/registry";

/**
 * The three stacks. Each can be planned only once the previous one is applied, because it uses its
 * results: `images` uses the repositories, `platform` the images' digests.
 *
 * @param additions are made for one catalogue, so that another one has none
 */
export function build(
  app: App,
  config: Config,
  services: Services,
  contextOf = buildContexts(sourcesOf(services)),
  additions = NO_ADDITIONS,
): void {
  // For cdktn, which would otherwise check the stacks against Terraform 1.5; cdktf 0.21 ignores it.
  app.node.setContext("targetVersions", { terraform: VERSIONS.terraform });
  const shared = { config, services: asWritten(services) };
  const { repositories, signingKey } = new RegistryStack(app, "registry", shared);
  const built = { ...shared, repositories, signingKey, contextOf };
  const { images } = new ImagesStack(app, "images", built);
  new PlatformStack(app, "platform", { ...shared, images, additions });
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
  if (problems.length > 0) refuse(problems);
  makeOutputFolder();
  try {
    synthesizeApp((app) => {
      build(app, config, services, contextOf, additions);
    });
  } catch (error) {
    if (!(error instanceof AdditionsRefusal)) throw error;
    refuse(error.problems);
  }
}

function refuse(problems: readonly string[]): never {
  console.error([NOTHING_SYNTHESIZED, ...problems].join("\n  - "));
  process.exit(REFUSED);
}

if (require.main === module) void main();
