import { existsSync, readFileSync } from "node:fs";
import os from "node:os";
import { execa } from "execa";
import { connect } from "../../operations/target/engine";
import { environment } from "../../project";
import { VERSIONS } from "../../spec/versions";
import { usedTerraform } from "./used-terraform";

/** How many programs wanted a core in the last minute. */
export function loadAverage(): number {
  return os.loadavg()[0] ?? 0;
}

/**
 * Where and when a part was measured; figures of another machine cannot be compared with these. The engine
 * of a part that deploys runs by then.
 *
 * @param load the load average before the part
 */
export async function placeOf(deploys: boolean, load: number): Promise<string> {
  const date = new Date().toISOString().slice(0, "2026-12-01".length);
  const { stdout: commit } = await execa("git", ["rev-parse", "--short", "HEAD"], {
    reject: false,
  });
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
  const { version: terraform } = await usedTerraform();
  const { aws, docker } = VERSIONS;
  return [
    `container engine ${engine}`,
    `Terraform ${terraform} with the providers aws ${aws} and docker ${docker}`,
  ];
}

const RELEASE = "/etc/os-release";

/** `Debian GNU/Linux 13 (trixie)`, or `Darwin 24.6.0`. */
function operatingSystem(): string {
  const release = existsSync(RELEASE) ? readFileSync(RELEASE, "utf8") : "";
  return /^PRETTY_NAME="(.+)"$/m.exec(release)?.[1] ?? `${os.type()} ${os.release()}`;
}
