import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { removeStale } from "../../../../local/machine/daemon";
import { advice } from "../../../../operations/target/engine";
import { prepareEngine } from "../../../../local/machine/engine";

const LINUX = { os: "linux", arch: "amd64", root: false, debian: true } as const;
const ABSENT = Object.assign(new Error("connect ENOENT"), { code: "ENOENT" });
const DENIED = Object.assign(new Error("connect EACCES"), { code: "EACCES" });

describe("without an engine the user is told", () => {
  test.each([
    [
      "on Debian: to install it",
      LINUX,
      ABSENT,
      undefined,
      "sudo apt-get install -y docker.io iptables",
    ],
    [
      "elsewhere: the download page",
      { ...LINUX, debian: false },
      ABSENT,
      undefined,
      "docs.docker.com",
    ],
    ["to start the installed engine", LINUX, ABSENT, "/usr/bin/dockerd", "sudo systemctl start"],
    ["to join the engine's group", LINUX, DENIED, "/usr/bin/dockerd", 'usermod -aG docker "$USER"'],
    ["on macOS: to open it", { ...LINUX, os: "darwin" }, ABSENT, undefined, "open -a Docker"],
  ] as const)("%s", (_, machine, problem, binary, fix) => {
    expect(advice(machine, problem, binary).fix).toContain(fix);
  });

  test.each([
    ["unix:///does/not/exist.sock", "no container engine answers at DOCKER_HOST=unix:///does"],
    ["tcp://127.0.0.1:9", "no container engine answers at DOCKER_HOST=tcp://127.0.0.1:9"],
    ["ssh://somebody@host", "must begin with unix:// or tcp://"],
    ["nonsense", "must begin with unix:// or tcp://"],
  ])("that DOCKER_HOST=%s is wrong", async (dockerHost, message) => {
    const engine = prepareEngine({ dockerHost, cacheFolder: "/none", report: () => undefined });
    await expect(engine).rejects.toThrow(message);
  });
});

describe("a pid file", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "pid-"));
  const file = path.join(folder, "docker.pid");
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  test.each([
    ["of a process that has ended", "99999999"],
    ["whose process ID now belongs to another program", String(process.pid)],
    ["without a process ID", "../self"],
  ])("%s is removed", (_, pid) => {
    writeFileSync(file, pid);
    expect(removeStale({ file, program: "dockerd" })).toBe(false);
    expect(existsSync(file)).toBe(false);
  });
});
