import { execa } from "execa";
import { Refusal } from "../../operations/terminal/refusal";
import { NPM_REGISTRY_SECONDS } from "../../spec/limits";
import type { Package } from "./packages";

/**
 * Whether the registry that npm is set to has a package in this version.
 *
 * @throws Refusal if it cannot be asked: a guess would decide what the project depends on
 */
export async function isServed({ name, version }: Package): Promise<boolean> {
  const { exitCode, stdout, stderr, timedOut } = await execa(
    "npm",
    ["view", `${name}@${version}`, "version", "--json"],
    { reject: false, timeout: NPM_REGISTRY_SECONDS * 1000 },
  );
  // A version that a known package lacks is no error for npm: it prints nothing.
  if (exitCode === 0) return stdout.includes(version);
  if (/\bE404\b/.test(stdout + stderr)) return false;
  const reason = timedOut ? `no answer in ${NPM_REGISTRY_SECONDS} s` : stderr.split("\n")[0];
  throw new Refusal(
    `npm cannot say whether its registry has ${name} ${version}: ${reason ?? "no reason given"}`,
    "See that `npm ping` succeeds, and run the command again. Nothing was changed.",
  );
}
