import path from "node:path";
import { execa } from "execa";
import { VERSION_SECONDS } from "../../../spec/limits";
import { Refusal, type Report } from "../../../operations/terminal/refusal";
import { madeOnce } from "../cache";
import { download } from "../download";
import { thisMachine } from "../../../operations/target/machine";
import { Unreachable } from "../reachability";
import { unzip } from "../unzip";
import { atLeast } from "../../../operations/target/version";

const PINNED = "1.26.8";

/**
 * Digests of the toolchain's archives as the Go module proxy serves them. Each was checked once
 * against the entry for `golang.org/toolchain` in Go's checksum database.
 */
const SHA256 = {
  "linux-amd64": "30c2b1bf7dcc88d3eb0a1364e47ddd9128edb3110a30e8a0ef61cd5856b31de7",
  "linux-arm64": "02b36b6787b3ac767668f630e2998df45a3b1f9ffee08d1bf3ef6487cd658d99",
  "darwin-amd64": "fe99a2009e5bb51e06d7784f1a486478673512041c2671157bd382806e2aedcf",
  "darwin-arm64": "0aad5fb52b88498885290178adc0bcfe429bc63012621af9f83282eb640bd9c7",
} as const;

export interface GoOptions {
  readonly cacheFolder: string;
  /** The user's PATH. */
  readonly path: string;
  /** The user's GOPROXY. @default Go's public proxy */
  readonly goProxy?: string | undefined;
  readonly report: Report;
}

/**
 * Returns a Go toolchain for building programs that only the Go module proxy serves: the installed
 * one if it is new enough, otherwise the pinned one, downloaded into the cache folder.
 *
 * @param needed the oldest version, which is the `go` line of the program's go.mod
 * @throws Refusal if neither is available
 */
export async function prepareGo(
  needed: string,
  options: GoOptions,
): Promise<{ binary: string; version: string }> {
  const installed = await installedGo(options.path);
  if (installed !== undefined && atLeast(installed, needed)) {
    return { binary: "go", version: installed };
  }
  const { os, arch } = thisMachine();
  const folder = path.join(options.cacheFolder, "toolchains", `go-${PINNED}-${os}-${arch}`);
  await madeOnce({
    target: folder,
    what: `Go ${PINNED}`,
    report: options.report,
    make: (temporary, work) => fetchGo(`${os}-${arch}`, temporary, work, options),
  });
  return { binary: path.join(folder, "bin", "go"), version: PINNED };
}

async function installedGo(searchPath: string): Promise<string | undefined> {
  const result = await execa("go", ["env", "GOVERSION"], {
    env: { PATH: searchPath, GOTOOLCHAIN: "local" },
    reject: false,
    timeout: VERSION_SECONDS * 1000,
  });
  return result.failed ? undefined : result.stdout.replace(/^go/, "");
}

async function fetchGo(
  platform: keyof typeof SHA256,
  folder: string,
  work: string,
  { goProxy, report }: GoOptions,
): Promise<void> {
  const archive = path.join(work, "go.zip");
  const url = `${moduleProxy(goProxy)}/golang.org/toolchain/@v/v0.0.1-go${PINNED}.${platform}.zip`;
  const what = `Go ${PINNED}`;
  try {
    await download({ url, file: archive, sha256: SHA256[platform], what, report });
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    throw new Refusal(
      `Go ${PINNED} is not on this machine for a build, and ${error.message}`,
      `Install Go ${PINNED} or newer (https://go.dev/dl), or set GOPROXY to a reachable module proxy.`,
    );
  }
  report(`unpacking Go ${PINNED} into the cache folder`);
  await unzip({
    archive,
    folder,
    strip: 2,
    // Half of the toolchain's files are its own tests.
    wanted: (name) => !/^test\/|\/testdata\/|_test\.go$/.test(name),
    executable: (name) => /^(bin|pkg\/tool)\//.test(name),
  });
}

/** The first proxy in a GOPROXY list; `direct` and `off` are skipped. */
export function moduleProxy(goProxy: string | undefined): string {
  const first = (goProxy ?? "").split(/[,|]/).find((entry) => /^https?:/.test(entry.trim()));
  return (first ?? "https://proxy.golang.org").trim().replace(/\/$/, "");
}
