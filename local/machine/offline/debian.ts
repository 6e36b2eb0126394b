import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { execa } from "execa";
import { STAND_IN_MINUTES } from "../../../spec/limits";
import { Refusal, type Report } from "../../../operations/terminal/refusal";
import { installPackages } from "../apt";
import { madeOnce } from "../cache";
import { RECIPES } from "./go-build";
import { thisMachine } from "../../../operations/target/machine";
import { every, lastLines } from "../../../operations/terminal/progress";

const SUITE = "trixie";
const KEYS = "/usr/share/keyrings/debian-archive-keyring.gpg";

const SCRIPT = path.join(RECIPES, "debian", "make-base.sh");

export interface DebianOptions {
  readonly cacheFolder: string;
  readonly report: Report;
}

/**
 * The file system of a minimal Debian as a tar file in the cache folder, created by debootstrap from
 * Debian's archive with signatures verified.
 *
 * @throws Refusal where this is impossible: it requires root, and a Debian with debootstrap
 */
export async function debianFiles(options: DebianOptions): Promise<string> {
  const { cacheFolder, report } = options;
  const machine = thisMachine();
  const name = `debian-${SUITE}-${machine.arch}-${digestOf(SCRIPT)}.tar`;
  const file = path.join(cacheFolder, "images", name);
  if (existsSync(file)) return file;
  if (!machine.root || !machine.debian) {
    throw new Refusal(
      "base images cannot be pulled, and only root on Debian can build them from packages",
      "Load them from a machine that can pull (docker save, docker load), or run the command as root on Debian.",
    );
  }
  const missing = [
    ...(existsSync("/usr/sbin/debootstrap") ? [] : ["debootstrap"]),
    ...(existsSync(KEYS) ? [] : ["debian-archive-keyring"]),
  ];
  if (missing.length > 0) await installPackages(missing, report);
  await madeOnce({
    target: file,
    what: `Debian ${SUITE}`,
    report,
    make: (temporary, work) => bootstrap(temporary, work, options),
  });
  return file;
}

async function bootstrap(file: string, work: string, { report }: DebianOptions): Promise<void> {
  report(`building a minimal Debian ${SUITE} from Debian's archive (debootstrap, only once)`);
  const make = execa("bash", [SCRIPT, SUITE, work, file], {
    stdin: "ignore",
    all: true,
    reject: false,
    timeout: STAND_IN_MINUTES * 60_000,
  });
  const tell = every(3_000, report);
  for await (const line of make.iterable({ from: "all" })) {
    if (line.startsWith("I: ")) tell(`building Debian ${SUITE}: ${line.slice(3, 70)}`);
  }
  const result = await make;
  if (result.failed) {
    throw new Refusal(
      `Debian ${SUITE} could not be built by debootstrap: ${lastLines(result.all, 3)}`,
      "Fix the reported problem and run the command again; the partial result was deleted.",
    );
  }
}

/** Identifies the script's version in the file name: clones of different ages share the cache. */
function digestOf(file: string): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex").slice(0, 8);
}
