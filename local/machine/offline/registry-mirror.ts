import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { stripVTControlCharacters } from "node:util";
import { execa } from "execa";
import { environment } from "../../../project";
import { PROVIDERS_MINUTES } from "../../../spec/limits";
import { withoutRedirects } from "../../../spec/variables/terraform-variables";
import { Refusal, type Report } from "../../../operations/terminal/refusal";
import { type Provider, address } from "./mirror";
import { every, secondsSince } from "../../../operations/terminal/progress";
import type { Terraform } from "../terraform";
import { unzip } from "../unzip";

/**
 * Downloads a provider from the public registry into a new mirror folder. Terraform downloads it
 * and verifies the publisher's signature. It is unpacked here so that `terraform init` need not do so.
 *
 * @throws Refusal with Terraform's first error
 */
export async function fetchFromRegistry(
  provider: Provider,
  platform: string,
  folder: string,
  { terraform, report }: { terraform: Terraform; report: Report },
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const work = await mkdtemp(path.join(folder, ".work-"));
  await writeFile(path.join(work, "main.tf.json"), JSON.stringify(requirement(provider)));
  // An empty CLI configuration, because the user's may name mirrors that lack this version.
  const config = path.join(work, "terraform.rc");
  await writeFile(config, "");
  await mirror(terraform, platform, work, { config, provider, report });
  await unpack(path.join(work, "mirror", address(provider)), provider, platform, folder);
  await rm(work, { recursive: true, force: true });
}

function requirement({ source, version }: Provider): unknown {
  return { terraform: { required_providers: { wanted: { source, version } } } };
}

interface Mirroring {
  readonly config: string;
  readonly provider: Provider;
  readonly report: Report;
}

async function mirror(
  terraform: Terraform,
  platform: string,
  work: string,
  { config, provider, report }: Mirroring,
): Promise<void> {
  const start = performance.now();
  const tell = every(5_000, report);
  const ticker = setInterval(() => {
    tell(`downloading ${provider.source} ${provider.version}: ${secondsSince(start)} s`);
  }, 5_000);
  const args = ["providers", "mirror", `-platform=${platform}`, "mirror"];
  const result = await execa(terraform.binary, args, {
    cwd: work,
    env: {
      ...withoutRedirects(environment),
      TF_CLI_CONFIG_FILE: config,
      CHECKPOINT_DISABLE: "1",
    },
    stdin: "ignore",
    all: true,
    reject: false,
    timeout: PROVIDERS_MINUTES * 60_000,
  });
  clearInterval(ticker);
  if (result.failed) {
    throw new Refusal(
      `${provider.source} ${provider.version} could not be downloaded: ${firstError(result.all)}`,
      "Run the command again once registry.terraform.io is reachable.",
    );
  }
}

async function unpack(
  packed: string,
  provider: Provider,
  platform: string,
  folder: string,
): Promise<void> {
  for (const name of await readdir(packed)) {
    if (!name.endsWith(`_${platform}.zip`)) continue;
    const home = path.join(folder, address(provider), provider.version, platform);
    await unzip({
      archive: path.join(packed, name),
      folder: home,
      executable: (file) => file.startsWith("terraform-provider-"),
    });
  }
}

/** Terraform's first error, without its frame; later errors mostly follow from the first. */
function firstError(output: string): string {
  const text = stripVTControlCharacters(output).replace(/^[│╷╵] ?/gm, "");
  const lines = text.slice(Math.max(0, text.indexOf("Error:"))).split("\n");
  return lines
    .map((line) => line.trim())
    .filter(Boolean)
    .slice(0, 4)
    .join(" ");
}
