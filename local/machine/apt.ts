import { execa } from "execa";
import { APT_MINUTES } from "../../spec/limits";
import { Refusal, type Report } from "../../operations/terminal/refusal";
import { lastLines } from "../../operations/terminal/progress";

/**
 * Installs Debian packages. The caller must have checked that this is Debian and the user is root.
 * Never prompts, waits up to two minutes for another apt-get, and restarts no services.
 *
 * @throws Refusal with the last lines of apt-get's output
 */
export async function installPackages(names: readonly string[], report: Report): Promise<void> {
  report(`installing ${names.join(" and ")} from Debian's archive (apt-get)`);
  await aptGet(["update"], names);
  await aptGet(["install", "--yes", "--no-install-recommends", ...names], names);
}

async function aptGet(args: readonly string[], names: readonly string[]): Promise<void> {
  const result = await execa("apt-get", ["-o", "DPkg::Lock::Timeout=120", "-qq", ...args], {
    env: { DEBIAN_FRONTEND: "noninteractive", NEEDRESTART_MODE: "l" },
    stdin: "ignore",
    all: true,
    reject: false,
    timeout: APT_MINUTES * 60_000,
  });
  if (result.failed) {
    const words = lastLines(result.all, 4) || result.shortMessage || "";
    throw new Refusal(
      `apt-get could not install ${names.join(" and ")}: ${words}`,
      `apt-get update && apt-get install ${names.join(" ")}`,
    );
  }
}
