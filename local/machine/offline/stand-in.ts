import { BASE_IMAGE, DOCKER_LABEL } from "../../../spec/names";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Readable } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import tar from "tar-fs";
import type { BaseImageOptions } from "../base-image-options";
import { extraCertificates } from "./certificates";
import { debianFiles } from "./debian";
import { grypeContext } from "./grype";
import { RECIPES } from "./go-build";
import { nodePackages } from "./node-packages";
import { every } from "../../../operations/terminal/progress";
import { followed } from "../../../operations/target/engine-answer";

/** An image built from package archives to replace one that cannot be pulled, under its name. */
export interface StandIn {
  /** Its folder in `recipes`. */
  readonly folder: string;
  /** The source of its packages, for messages. */
  readonly from: string;
  /** Whether it is built on Debian. @default it is */
  readonly onDebian?: false;
  /** Adds files to the build context that are too large to commit. */
  readonly fetch?: (context: string, options: BaseImageOptions) => Promise<void>;
}

const STAND_INS: Readonly<Record<string, StandIn>> = {
  "debian:trixie-slim": { folder: "debian", from: "Debian's packages", fetch: debianContext },
  "python:3.13-slim-trixie": { folder: "python", from: "Debian's packages" },
  "postgres:17-alpine": { folder: "postgres", from: "Debian's packages" },
  "node:22-trixie-slim": {
    folder: "node",
    from: "Debian's and npm's packages",
    fetch: nodePackages,
  },
  "anchore/grype:v0.120.1": {
    folder: "grype",
    from: "its Go modules",
    onDebian: false,
    fetch: grypeContext,
  },
};

const DEBIAN = "fargate-platform/debian:trixie";

/** Label of every stand-in in addition to the project's label; images built from one inherit it. */
const RECIPE = "fargate-platform.recipe";

export function standInFor(image: string): StandIn | undefined {
  return STAND_INS[image];
}

/**
 * Whether an image is usable: it is the published one or an up-to-date stand-in. `labels` is null
 * for an image without labels, contrary to the library's type.
 */
export function isCurrent(image: string, labels: Readonly<Record<string, string>> | null): boolean {
  const standIn = standInFor(image);
  const made = labels?.[RECIPE];
  return standIn === undefined || made === undefined || made === recipe(standIn);
}

/** Whether labels are a stand-in's. */
export function isStandIn(labels: Readonly<Record<string, string>> | null): boolean {
  return labels?.[RECIPE] !== undefined;
}

/** Builds a stand-in under the image's name. One on Debian requires root and Debian; see `debianFiles`. */
export async function makeStandIn(
  image: string,
  standIn: StandIn,
  options: BaseImageOptions,
): Promise<void> {
  if (standIn.onDebian !== false) {
    await build(DEBIAN, { folder: "debian", from: "", fetch: debianContext }, options);
  }
  await build(image, standIn, options);
}

async function debianContext(context: string, options: BaseImageOptions): Promise<void> {
  symlinkSync(await debianFiles(options), path.join(context, "base.tar"));
  const folder = path.join(context, "certificates");
  mkdirSync(folder);
  for (const [index, certificate] of extraCertificates().entries()) {
    writeFileSync(path.join(folder, `machine-${index + 1}.crt`), `${certificate}\n`);
  }
}

/** Builds with the engine's classic builder, which needs no plugin and caches its layers. */
async function build(image: string, standIn: StandIn, options: BaseImageOptions): Promise<void> {
  const { docker, report } = options;
  const context = await mkdtemp(path.join(tmpdir(), "fargate-platform-"));
  try {
    cpSync(path.join(RECIPES, standIn.folder), context, { recursive: true });
    await standIn.fetch?.(context, options);
    const stream = await docker.buildImage(archiveOf(context), {
      t: image,
      buildargs: { DEBIAN },
      labels: { [DOCKER_LABEL]: BASE_IMAGE, [RECIPE]: recipe(standIn) },
      forcerm: true,
    });
    const tell = every(3_000, report);
    await followed(docker, stream, ({ stream: text }) => {
      const line = visible(text);
      if (line !== "") tell(`building ${image}: ${line}`);
    });
  } finally {
    await rm(context, { recursive: true, force: true });
  }
}

/** A build context whose files are readable by all users in the image, regardless of the umask. */
function archiveOf(context: string): Readable {
  const pack = tar.pack(context, {
    dereference: true,
    map: (header) => {
      const owner = header.mode & 0o500;
      return { ...header, mode: header.mode | (owner >>> 3) | (owner >>> 6) };
    },
  });
  return Readable.from(pack);
}

/** The last line of a build step's output, without colours, truncated to fit one line. */
function visible(text: string | undefined): string {
  const line = (text ?? "").trim().split("\n").at(-1) ?? "";
  return stripVTControlCharacters(line).slice(0, 70);
}

/** A hash that changes with the recipe and with the extra authorities that this machine trusts. */
function recipe({ folder, onDebian }: StandIn): string {
  const hash = createHash("sha256");
  for (const name of [...new Set(onDebian === false ? [folder] : ["debian", folder])]) {
    const files = path.join(RECIPES, name);
    for (const file of readdirSync(files).sort()) hash.update(readFileSync(path.join(files, file)));
  }
  for (const certificate of extraCertificates()) hash.update(certificate);
  return hash.digest("hex").slice(0, 16);
}
