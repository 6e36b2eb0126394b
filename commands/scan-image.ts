import path from "node:path";
import { Argument, type Command } from "commander";
import { STACK_MINUTES } from "../spec/limits";
import { cacheFolderOf } from "../local/aws/settings";
import { alone } from "../operations/target/lock";
import { prepareScanner } from "../local/machine/scanner-image";
import { scanImage as scan } from "../operations/scan/scan-image";
import { requireImage } from "../operations/images/known-image";
import { readTarget } from "../operations/target/target";
import { stopOnInterrupt } from "../operations/terminal/interruption";
import { Refusal } from "../operations/terminal/refusal";
import { environment } from "../project";
import { withImage } from "./image-argument";

/** Scans one image; Terraform runs it between an image's build and its probe. */
export function scanImage(command: Command): void {
  withImage(command)
    .description(
      "Scans an image in the engine for vulnerabilities, by the environment's `scan` in environments.ts. " +
        "The reports are in .platform/scans; see docs/scanning.md.",
    )
    .addArgument(new Argument("<id>", "its ID in the engine: sha256:…").argParser(imageId))
    .addHelpText("after", "\nExit codes: 0 it may be pushed, 1 it may not, or there is no answer.")
    .action(scanOne);
}

async function scanOne(image: string, id: string): Promise<void> {
  const { config, services, docker, signal } = readTarget(stopOnInterrupt());
  const { suffix, vulnerabilityDatabase: mirror } = config;
  requireImage(image, services);
  if (!config.scan) {
    throw new Refusal(
      `${suffix} scans no images`,
      'Set scan: { threshold: "high" } in environments.ts.',
    );
  }
  const asked = { docker, image, id, suffix, scan: config.scan, mirror, signal };
  const cacheFolder = path.resolve(cacheFolderOf(environment));
  const report = (line: string): void => {
    console.log(line);
  };
  const lock = (name: string, what: string) => ({
    file: path.join(cacheFolder, name),
    what,
    report,
    // Terraform starts the scans of all images at once; what they may take together is the stack's limit.
    minutes: STACK_MINUTES.images,
    signal,
  });
  const scanner = await alone(lock("scanner-image.lock", "the scanner's image"), async () => {
    return await prepareScanner({ config, docker, cacheFolder, report });
  });
  // One at a time: they share the database, and each takes up to two gigabytes of memory.
  const outcome = await alone(lock("scanner.lock", "a scan of an image"), async () => {
    return await scan({ ...asked, scanner, report });
  });
  console.log(outcome);
}

function imageId(value: string): string {
  if (/^sha256:[0-9a-f]{64}$/.test(value)) return value;
  throw new Refusal(`"${value}" is not the ID of an image`, "docker images --no-trunc lists them.");
}
