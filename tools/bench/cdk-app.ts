import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { execa } from "execa";
import { record } from "../../operations/terraform/terraform-events";
import { Refusal } from "../../operations/terminal/refusal";
import { PROJECT_FOLDER } from "../../project";
import type { Services } from "../../spec/service/spec";
import { type Synthesis, synthesizeOnce } from "./synthesis-process";

const FOLDER = path.join(PROJECT_FOLDER, "tools", "bench", "cdk");

/** For some 190 MB of packages. */
const INSTALL_MINUTES = 5;

/**
 * Installs AWS CDK by its own lockfile, unless that is done: the product has no use for it.
 *
 * @throws Refusal if the registry does not answer in time
 */
export async function installCdk(signal: AbortSignal): Promise<void> {
  const installed = path.join(FOLDER, "node_modules", ".package-lock.json");
  const changed = (file: string) => (existsSync(file) ? statSync(file).mtimeMs : 0);
  // npm writes this file last: an older one is from another lockfile or an incomplete install.
  if (changed(installed) > changed(path.join(FOLDER, "package-lock.json"))) return;
  console.error("Installing AWS CDK into tools/bench/cdk");
  const { failed, timedOut, stderr } = await execa("npm", ["ci", "--no-audit", "--no-fund"], {
    cwd: FOLDER,
    reject: false,
    timeout: INSTALL_MINUTES * 60_000,
    cancelSignal: signal,
  });
  signal.throwIfAborted();
  if (!failed) return;
  const why = timedOut ? `npm did not end within ${INSTALL_MINUTES} minutes` : stderr.trim();
  throw new Refusal(
    `AWS CDK, which the synthesis is compared with, could not be installed: ${why}`,
    "Run it where npm reaches a registry, or choose other parts: npm run bench -- growth context",
  );
}

/** Writes the services as the app reads them, each with the folder of its build context. */
export function writeCatalogue(
  file: string,
  services: Services,
  folderOf: (service: string) => string,
): void {
  const entries = Object.entries(services).map(([name, spec]) => [
    name,
    { ...spec, folder: folderOf(name) },
  ]);
  writeFileSync(file, JSON.stringify(Object.fromEntries(entries)));
}

/** One synthesis of AWS CDK's patterns for the services of a file. */
export function synthesizeCdk(catalogue: string, folder: string, validates: boolean): Synthesis {
  const options = validates ? [] : ["--no-validation"];
  return synthesizeOnce(["tsx/cjs"], "tools/bench/cdk/app.ts", [catalogue, folder, ...options]);
}

/** How many resources the template in a folder has. */
export function cdkResources(folder: string): number {
  const template = readFileSync(path.join(folder, "out", "platform.template.json"), "utf8");
  return Object.keys(record(record(JSON.parse(template))["Resources"])).length;
}
