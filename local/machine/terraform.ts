import { existsSync } from "node:fs";
import { chmod, rename } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import { environment } from "../../project";
import { VERSION_SECONDS } from "../../spec/limits";
import { withoutRedirects } from "../../spec/variables/terraform-variables";
import { Refusal } from "../../operations/terminal/refusal";
import { madeOnce } from "./cache";
import { download } from "./download";
import type { GoOptions } from "./offline/go";
import { buildGoProgram } from "./offline/go-build";
import { thisMachine } from "../../operations/target/machine";
import { Unreachable } from "./reachability";
import { unzip } from "./unzip";
import { atLeast } from "../../operations/target/version";

/** From 1.11 on, Terraform can lock S3 state without a second service. */
const NEEDED = "1.11.0";
const PINNED = "1.11.4";

/** As published in `terraform_1.11.4_SHA256SUMS`. */
const SHA256 = {
  linux_amd64: "1ce994251c00281d6845f0f268637ba50c0005657eb3cf096b92f753b42ef4dc",
  linux_arm64: "a43d1d0da9b9bab214a8305a39db0e40869572594ccf50c416a7756499143633",
  darwin_amd64: "a56d5002b9f7647291faccc3dd1a70350e60fb61e4c45037629508b8fdc2575b",
  darwin_arm64: "867e0808fa971217043e25b7a792b10720c79b1546f8a68479b74f138be73e18",
} as const;

const PROGRAM = {
  what: `Terraform ${PINNED}`,
  folder: "terraform",
  package: "github.com/hashicorp/terraform",
  variables: ["github.com/hashicorp/terraform/version.dev=no"],
  packages: 1460,
};

export interface Terraform {
  readonly binary: string;
  readonly version: string;
}

/**
 * Returns the installed Terraform if it is new enough, otherwise the pinned release from the cache
 * folder: downloaded and verified, or built from Go modules if HashiCorp is unreachable.
 *
 * @throws Refusal if none of these works
 */
export async function prepareTerraform(options: GoOptions): Promise<Terraform> {
  const installed = await installedTerraform(options.path);
  if (installed !== undefined && atLeast(installed.version, NEEDED)) return installed;
  const { os, arch } = thisMachine();
  const name = `terraform-${PINNED}-${os}-${arch}`;
  const binary = path.join(options.cacheFolder, "toolchains", name, "terraform");
  await madeOnce({
    target: path.dirname(binary),
    what: PROGRAM.what,
    report: options.report,
    make: (temporary, work) => obtain(`${os}_${arch}`, temporary, work, options),
  });
  return { binary, version: PINNED };
}

/** The first Terraform on a PATH, with its version. */
async function installedTerraform(searchPath: string): Promise<Terraform | undefined> {
  const folders = searchPath.split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  const binary = folders
    .map((folder) => path.join(folder, "terraform"))
    .find((file) => existsSync(file));
  if (binary === undefined) return undefined;
  const result = await execa(binary, ["version"], {
    env: { ...withoutRedirects(environment), CHECKPOINT_DISABLE: "1" },
    reject: false,
    timeout: VERSION_SECONDS * 1000,
  });
  const version = /^Terraform v(\S+)/m.exec(result.stdout)?.[1];
  return version === undefined ? undefined : { binary, version };
}

async function obtain(
  platform: keyof typeof SHA256,
  folder: string,
  work: string,
  options: GoOptions,
): Promise<void> {
  const { report } = options;
  const archive = path.join(work, "terraform.zip");
  const url = `https://releases.hashicorp.com/terraform/${PINNED}/terraform_${PINNED}_${platform}.zip`;
  try {
    report(`no Terraform ${NEEDED} or newer on PATH: downloading ${PINNED} into the cache folder`);
    await download({ url, file: archive, sha256: SHA256[platform], what: PROGRAM.what, report });
    await unzip({ archive, folder });
    await chmod(path.join(folder, "terraform"), 0o755);
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    report(`${error.message}; building it instead`);
    await build(path.join(folder, "terraform"), error, options);
  }
}

async function build(binary: string, why: Unreachable, options: GoOptions): Promise<void> {
  try {
    const partial = `${binary}.partial`;
    await buildGoProgram(PROGRAM, partial, options);
    await rename(partial, binary);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new Refusal(
      `Terraform is not available: ${why.message}, and ${error.message}`,
      `Install Terraform ${NEEDED} or newer: https://developer.hashicorp.com/terraform/install`,
    );
  }
}
