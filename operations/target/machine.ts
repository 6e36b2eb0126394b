import { existsSync, readFileSync } from "node:fs";
import { Refusal } from "../terminal/refusal";

/** The properties that determine how a machine is prepared. */
export interface Machine {
  readonly os: "linux" | "darwin";
  /** As named by Go, Terraform and Docker. */
  readonly arch: "amd64" | "arm64";
  readonly root: boolean;
  /** Debian or a derivative: packages are installed with apt-get. */
  readonly debian: boolean;
}

/** @throws Refusal on an unsupported operating system or processor */
export function thisMachine(): Machine {
  return describeMachine({
    platform: process.platform,
    arch: process.arch,
    userId: process.getuid?.(),
    release: existsSync("/etc/os-release") ? readFileSync("/etc/os-release", "utf8") : "",
  });
}

export interface MachineFacts {
  /** As named by Node: `process.platform`. */
  readonly platform: string;
  /** As named by Node: `process.arch`. */
  readonly arch: string;
  readonly userId: number | undefined;
  /** The text of `/etc/os-release`; empty when there is none. */
  readonly release: string;
}

/** Derives the machine from facts; see `thisMachine`. */
export function describeMachine(facts: MachineFacts): Machine {
  const os = facts.platform;
  const arch = facts.arch === "x64" ? "amd64" : facts.arch;
  if ((os !== "linux" && os !== "darwin") || (arch !== "amd64" && arch !== "arm64")) {
    throw new Refusal(
      `the local platform runs on Linux and macOS, on x64 and arm64; this is ${os} on ${facts.arch}`,
      "Run it in a Linux virtual machine (on Windows: in WSL 2), or deploy to AWS.",
    );
  }
  const families = /^ID(?:_LIKE)?=.*$/gm;
  const debian = (facts.release.match(families) ?? []).some((line) => /\bdebian\b/.test(line));
  return { os, arch, root: facts.userId === 0, debian: os === "linux" && debian };
}
