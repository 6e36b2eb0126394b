import { existsSync, readFileSync } from "node:fs";
import os from "node:os";
import { execa } from "execa";
import { connect } from "../../operations/target/engine";
import { environment } from "../../project";

/** Where and when a part is measured; figures of another machine cannot be compared with these. */
export async function placeOf({ deploys }: { readonly deploys: boolean }): Promise<string> {
  const date = new Date().toISOString().slice(0, "2026-12-01".length);
  const { stdout: commit } = await execa("git", ["rev-parse", "--short", "HEAD"], {
    reject: false,
  });
  const [load = 0] = os.loadavg();
  return [
    `Measured ${date}${commit && ` at ${commit}`} on ${os.cpus()[0]?.model.trim() ?? "an unknown CPU"}`,
    `${os.availableParallelism()} cores`,
    `${Math.round(os.totalmem() / 2 ** 30)} GiB`,
    operatingSystem(),
    `Node.js ${process.versions.node}`,
    ...(deploys ? await toolVersions() : []),
    `load average before it ${load.toFixed(1)}`,
  ].join(", ");
}

async function toolVersions(): Promise<string[]> {
  const { Version: engine } = await connect(environment["DOCKER_HOST"]).version();
  return [`container engine ${engine}`];
}

const RELEASE = "/etc/os-release";

/** `Debian GNU/Linux 13 (trixie)`, or `Darwin 24.6.0`. */
function operatingSystem(): string {
  const release = existsSync(RELEASE) ? readFileSync(RELEASE, "utf8") : "";
  return /^PRETTY_NAME="(.+)"$/m.exec(release)?.[1] ?? `${os.type()} ${os.release()}`;
}
