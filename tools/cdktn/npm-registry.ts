import { execa } from "execa";
import { Refusal } from "../../operations/terminal/refusal";
import { NPM_REGISTRY_SECONDS } from "../../spec/limits";
import type { Package } from "./packages";

/**
 * Whether npm's configured registry has this version of a package.
 *
 * @throws Refusal if npm cannot tell: a guess would decide the project's dependencies
 */
export async function isServed({ name, version }: Package): Promise<boolean> {
  const { exitCode, stdout, stderr, timedOut } = await execa(
    "npm",
    ["view", `${name}@${version}`, "version", "--json"],
    { reject: false, timeout: NPM_REGISTRY_SECONDS * 1000 },
  );
  // For a missing version of a known package, npm succeeds and prints nothing.
  if (exitCode === 0) return stdout.includes(version);
  if (/\bE404\b/.test(stdout + stderr)) return false;
  const reason = timedOut ? `no answer in ${NPM_REGISTRY_SECONDS} s` : stderr.split("\n")[0];
  throw new Refusal(
    `npm cannot tell whether its registry has ${name} ${version}: ${reason ?? "no reason given"}`,
    "Make sure that `npm ping` succeeds, then run the command again. Nothing was changed.",
  );
}
