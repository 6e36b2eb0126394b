import { mkdir, rm } from "node:fs/promises";
import path from "node:path";
import { Refusal } from "../../operations/terminal/refusal";
import { VERSIONS } from "../../spec/versions";
import { madeOnce } from "./cache";
import { cliConfig, writeWhole } from "./cli-config";
import type { GoOptions } from "./offline/go";
import { buildGoProgram } from "./offline/go-build";
import { thisMachine } from "../../operations/target/machine";
import {
  type MirrorPlaces,
  type Provider,
  address,
  findMirror,
  usableMirror,
} from "./offline/mirror";
import { answers } from "./reachability";
import { fetchFromRegistry } from "./offline/registry-mirror";
import type { Terraform } from "./terraform";

export interface ProviderOptions extends GoOptions, MirrorPlaces {
  readonly terraform: Terraform;
}

interface Known extends Provider {
  /** Builds it into a file if no registry answers; absent if it cannot be built. */
  readonly build?: (file: string, options: GoOptions) => Promise<void>;
}

const AWS: Known = { source: "hashicorp/aws", version: VERSIONS.aws };

const DOCKER: Known = {
  source: "kreuzwerker/docker",
  version: VERSIONS.docker,
  build: async (file, options) => {
    await buildGoProgram(
      {
        what: `the Docker provider ${VERSIONS.docker}`,
        folder: "docker-provider",
        package: "github.com/terraform-providers/terraform-provider-docker",
        variables: [`main.version=${VERSIONS.docker}`],
        packages: 1470,
      },
      file,
      options,
    );
  },
};

const REGISTRY = "https://registry.terraform.io/.well-known/terraform.json";

/**
 * Makes both Terraform providers available in their exact versions and writes a Terraform CLI
 * configuration that finds them, for `TF_CLI_CONFIG_FILE` of the local deployment. A provider comes
 * from the cache folder, a mirror on this machine or the public registry, or is built from Go
 * modules, in that order. If both are present, this only checks a few folders.
 *
 * @throws Refusal if a provider is not available in any of these ways
 */
export async function prepareProviders(options: ProviderOptions): Promise<{ cliConfig: string }> {
  const blocks = [];
  for (const provider of [AWS, DOCKER]) {
    blocks.push({ folder: await mirrorFor(provider, options), include: [address(provider)] });
  }
  const file = path.join(options.cacheFolder, "terraform.rc");
  await mkdir(options.cacheFolder, { recursive: true });
  await writeWhole(file, cliConfig(blocks));
  return { cliConfig: file };
}

async function mirrorFor(provider: Known, options: ProviderOptions): Promise<string> {
  const { os, arch } = thisMachine();
  const platform = `${os}_${arch}`;
  const name = `${provider.source.replace("/", "-")}-${provider.version}`;
  const own = path.join(options.cacheFolder, "providers", name);
  const present = usableMirror(own, provider, platform) ?? findMirror(provider, platform, options);
  if (present !== undefined) return present;
  await madeOnce({
    target: own,
    what: `${provider.source} ${provider.version}`,
    report: options.report,
    make: (folder) => obtain(provider, platform, folder, options),
  });
  return own;
}

async function obtain(
  provider: Known,
  platform: string,
  folder: string,
  options: ProviderOptions,
): Promise<void> {
  const { source, version } = provider;
  if (await answers(REGISTRY, 4_000)) {
    options.report(`downloading ${source} ${version} from the Terraform registry into the cache`);
    try {
      await fetchFromRegistry(provider, platform, folder, options);
      return;
    } catch (error) {
      // The registry only points to the host that serves the file, which may be unreachable.
      if (!(error instanceof Refusal) || provider.build === undefined) throw error;
      options.report(`${error.message}; building it instead`);
      await rm(folder, { recursive: true, force: true });
    }
  }
  await build(provider, platform, folder, options);
}

async function build(
  provider: Known,
  platform: string,
  folder: string,
  options: ProviderOptions,
): Promise<void> {
  const { source, version } = provider;
  if (provider.build === undefined) {
    throw new Refusal(
      `the Terraform provider ${source} ${version} for ${platform} is not on this machine, and registry.terraform.io does not answer`,
      "On a machine that can reach it, run `terraform providers mirror`, copy the folder here and set LOCAL_PROVIDER_MIRROR to its path.",
    );
  }
  options.report(`building ${source} ${version}: the Terraform registry is unavailable`);
  const home = path.join(folder, address(provider), version, platform);
  await mkdir(home, { recursive: true });
  const name = `terraform-provider-${path.basename(source)}_v${version}`;
  await provider.build(path.join(home, name), options);
}
