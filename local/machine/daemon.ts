import { spawn } from "node:child_process";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
} from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type Docker from "dockerode";
import { execa } from "execa";
import { ENGINE_START_SECONDS } from "../../spec/limits";
import { Refusal, type Report } from "../../operations/terminal/refusal";
import { dockerdBinary, problemWith } from "../../operations/target/engine";
import { every, lastLines, secondsSince } from "../../operations/terminal/progress";

/** Pid files that the engine and its helper leave behind when a machine is switched off. */
const PID_FILES = [
  { file: "/var/run/docker.pid", program: "dockerd" },
  { file: "/var/run/docker/containerd/containerd.pid", program: "containerd" },
];

export interface DaemonOptions {
  readonly cacheFolder: string;
  readonly report: Report;
}

/**
 * Starts the installed engine and waits until it answers. Uses the service manager if one runs,
 * otherwise starts a detached process that outlives this one.
 *
 * @throws Refusal with the last lines of the engine's log if it does not answer within a minute
 */
export async function startDaemon(docker: Docker, options: DaemonOptions): Promise<void> {
  if (existsSync("/run/systemd/system")) {
    await startService(docker, options.report);
    return;
  }
  const log = path.join(options.cacheFolder, "dockerd.log");
  mkdirSync(options.cacheFolder, { recursive: true });
  const alive = PID_FILES.map(removeStale).at(0) === true;
  if (!alive) options.report(`starting the container engine (dockerd, log in ${log})`);
  const start = sizeOf(log);
  const ended = alive ? (): boolean => false : launch(log);
  await untilAnswering(docker, options.report, {
    ended,
    words: () => (alive ? "" : complaints(readFileSync(log).subarray(start).toString())),
    fix: alive ? "Stop the running dockerd and run the command again." : `tail -n 30 ${log}`,
  });
}

async function startService(docker: Docker, report: Report): Promise<void> {
  const fix = "journalctl --unit docker --lines 30";
  report("starting the container engine (systemctl start docker)");
  const limit = { reject: false, timeout: ENGINE_START_SECONDS * 1000 };
  const result = await execa("systemctl", ["start", "docker"], limit);
  if (result.failed) {
    const words = lastLines(result.stderr, 2) || result.shortMessage;
    throw new Refusal(`the container engine did not start: ${words}`, fix);
  }
  await untilAnswering(docker, report, { ended: () => false, words: () => "", fix });
}

/** The last lines of the engine's log, without info and debug messages. */
function complaints(log: string): string {
  const lines = log.split("\n").filter((line) => !/\blevel=(info|debug)\b/.test(line));
  return lastLines(lines.join("\n"), 3);
}

function sizeOf(file: string): number {
  return existsSync(file) ? statSync(file).size : 0;
}

/** Removes a pid file whose process is gone or is now another program. @returns whether it is alive */
export function removeStale({ file, program }: { file: string; program: string }): boolean {
  if (!existsSync(file)) return false;
  const pid = readFileSync(file, "utf8").trim();
  const name = `/proc/${pid}/comm`;
  if (/^\d+$/.test(pid) && existsSync(name) && readFileSync(name, "utf8").trim() === program) {
    return true;
  }
  rmSync(file, { force: true });
  return false;
}

/** Starts the engine detached. @returns a function that tells whether it has exited */
function launch(log: string): () => boolean {
  const output = openSync(log, "a");
  const daemon = spawn(dockerdBinary() ?? "dockerd", [], {
    cwd: "/",
    detached: true,
    stdio: ["ignore", output, output],
  });
  closeSync(output);
  let failed = false;
  daemon.once("error", () => (failed = true));
  daemon.unref();
  return () => failed || daemon.exitCode !== null || daemon.signalCode !== null;
}

interface Watch {
  readonly ended: () => boolean;
  readonly words: () => string;
  readonly fix: string;
}

async function untilAnswering(docker: Docker, report: Report, watch: Watch): Promise<void> {
  const start = performance.now();
  const tell = every(3_000, report);
  while ((await problemWith(docker)) !== undefined) {
    const waited = secondsSince(start);
    if (watch.ended() || waited >= ENGINE_START_SECONDS) {
      const how = watch.ended() ? "exited immediately" : `did not answer within ${waited} s`;
      const words = watch.words();
      throw new Refusal(`the container engine ${how}${words && `: ${words}`}`, watch.fix);
    }
    if (waited > 0) tell(`waiting for the container engine: ${waited} s`);
    await pause(300);
  }
  report("the container engine answers");
}
