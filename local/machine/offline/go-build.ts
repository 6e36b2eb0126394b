import { readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { totalmem } from "node:os";
import path from "node:path";
import { execa } from "execa";
import { GO_BUILD_MINUTES } from "../../../spec/limits";
import { Refusal, type Report } from "../../../operations/terminal/refusal";
import { type GoOptions, prepareGo } from "./go";
import { alone } from "../../../operations/target/lock";
import { every, lastLines, secondsSince } from "../../../operations/terminal/progress";

/** The files of `recipes`: pinned module sums, Dockerfiles, scripts. */
export const RECIPES = path.join(__dirname, "recipes");

/** Memory of a machine on which the compiler may take some gigabytes. */
const ROOMY_BYTES = 12 * 1024 ** 3;

export interface GoProgram {
  /** Its name for progress messages: `Terraform 1.11.4`. */
  readonly what: string;
  /** The folder in `recipes` with the go.mod and go.sum that pin every module. */
  readonly folder: string;
  readonly package: string;
  /** Variables that a release build sets: `main.version=4.6.0`. */
  readonly variables: readonly string[];
  /** The approximate number of packages, for progress. */
  readonly packages: number;
}

/**
 * Builds a program from the Go module proxy. Every module is checked against the committed go.sum.
 * An interrupted build resumes; files that only the build needed are removed at the end.
 *
 * @throws Refusal with the compiler's last lines
 */
export async function buildGoProgram(
  program: GoProgram,
  output: string,
  options: GoOptions,
): Promise<void> {
  const { what } = program;
  const { cacheFolder, report } = options;
  const go = await prepareGo(goLine(program), options);
  const work = path.join(cacheFolder, "go-build");
  await alone({ file: `${work}.lock`, what: "a Go program", report }, async () => {
    report(
      `building ${what} from Go modules with Go ${go.version} (takes some minutes, only once)`,
    );
    await compile(program, output, { ...options, binary: go.binary, work });
    await rm(work, { recursive: true, force: true });
  });
}

function goLine({ folder }: GoProgram): string {
  const file = readFileSync(path.join(RECIPES, folder, "go.mod"), "utf8");
  return /^go (\S+)$/m.exec(file)?.[1] ?? "";
}

interface Compiler extends GoOptions {
  readonly binary: string;
  readonly work: string;
}

async function compile(program: GoProgram, output: string, compiler: Compiler): Promise<void> {
  const ldflags = ["-s", "-w", ...program.variables.flatMap((variable) => ["-X", variable])];
  const args = ["build", "-v", "-ldflags", ldflags.join(" "), "-o", output, program.package];
  const build = execa(compiler.binary, args, {
    cwd: path.join(RECIPES, program.folder),
    env: {
      PATH: compiler.path,
      CGO_ENABLED: "0",
      GOCACHE: path.join(compiler.work, "build"),
      GOMODCACHE: path.join(compiler.work, "modules"),
      // A fifth of the compiler's time is its garbage collection, which more memory saves.
      ...(totalmem() > ROOMY_BYTES && { GOGC: "400" }),
      GOFLAGS: "-mod=readonly -modcacherw -trimpath -buildvcs=false",
      GOTOOLCHAIN: "local",
      GOWORK: "off",
      ...(compiler.goProxy === undefined ? {} : { GOPROXY: compiler.goProxy }),
    },
    stdin: "ignore",
    stdout: "ignore",
    reject: false,
    timeout: GO_BUILD_MINUTES * 60_000,
  });
  await follow(build.iterable({ from: "stderr" }), program, compiler.report);
  const result = await build;
  if (result.failed) {
    throw new Refusal(
      `${program.what} could not be built: ${lastLines(result.stderr, 3) || result.shortMessage}`,
      "Install it manually, or fix the compiler's error and run the command again.",
    );
  }
}

async function follow(
  lines: AsyncIterable<string>,
  { what, packages }: GoProgram,
  report: Report,
): Promise<void> {
  const tell = every(2_000, report);
  const start = performance.now();
  let compiled = 0;
  for await (const line of lines) {
    const downloading = line.startsWith("go: downloading");
    if (!downloading) compiled += 1;
    const state =
      compiled === 0 ? "downloading modules" : `${compiled} of about ${packages} packages compiled`;
    tell(`building ${what}: ${state}, ${secondsSince(start)} s`);
  }
}
