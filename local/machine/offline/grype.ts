import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { rootCertificates } from "node:tls";
import { environment } from "../../../project";
import { thisMachine } from "../../../operations/target/machine";
import type { BaseImageOptions } from "../base-image-options";
import { madeOnce } from "../cache";
import { extraCertificates } from "./certificates";
import { type GoProgram, RECIPES, buildGoProgram } from "./go-build";

/** The release that the recipe pins, which is that of the scanner's image: operations/scan/Dockerfile. */
const [, VERSION = "unknown"] =
  /anchore\/grype v(\S+)/.exec(readFileSync(path.join(RECIPES, "grype", "go.mod"), "utf8")) ?? [];

const PROGRAM: GoProgram = {
  what: `grype ${VERSION}`,
  folder: "grype",
  package: "github.com/anchore/grype/cmd/grype",
  variables: [`main.version=${VERSION}`],
  packages: 1790,
};

/** Adds what the image of grype consists of to its build context: the program, and whom it trusts. */
export async function grypeContext(context: string, options: BaseImageOptions): Promise<void> {
  cpSync(await grypeProgram(options), path.join(context, "grype"));
  const trusted = [...rootCertificates, ...extraCertificates()];
  writeFileSync(path.join(context, "ca-certificates.crt"), `${trusted.join("\n")}\n`);
}

/** The program, which is kept in the cache folder: it takes minutes to build. */
async function grypeProgram({ cacheFolder, report }: BaseImageOptions): Promise<string> {
  const folder = path.join(
    cacheFolder,
    "toolchains",
    `grype-${VERSION}-linux-${thisMachine().arch}`,
  );
  const { PATH = "", GOPROXY: goProxy } = environment;
  await madeOnce({
    target: folder,
    what: PROGRAM.what,
    report,
    make: async (temporary) => {
      mkdirSync(temporary, { recursive: true });
      const output = path.join(temporary, "grype");
      await buildGoProgram(PROGRAM, output, { cacheFolder, path: PATH, goProxy, report });
    },
  });
  return path.join(folder, "grype");
}
