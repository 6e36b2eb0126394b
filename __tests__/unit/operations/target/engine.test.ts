import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { userInfo } from "node:os";
import { afterEach, describe, expect, test } from "vitest";
import { advice, connect, problemWith, socketOf } from "../../../../operations/target/engine";
import { Refusal } from "../../../../operations/terminal/refusal";

describe("the engine's address", () => {
  test.each([undefined, "", "unix:///var/run/docker.sock"])(
    "DOCKER_HOST=%s: this machine's",
    (host) => {
      expect(socketOf(connect(host))).toBe("/var/run/docker.sock");
    },
  );

  test("another socket", () => {
    expect(socketOf(connect("unix:///run/user/1000/docker.sock"))).toBe(
      "/run/user/1000/docker.sock",
    );
  });

  test.each([
    ["tcp://10.0.0.7", 2375],
    ["tcp://10.0.0.7:2376", 2376],
  ])("%s: another machine's, which has no socket here", (host, port) => {
    const docker = connect(host);
    expect(docker.modem).toMatchObject({ protocol: "http", host: "10.0.0.7", port });
    expect(socketOf(docker)).toBeUndefined();
  });

  test.each(["ssh://somebody@host", "nonsense"])("%s is refused, with the way out", (host) => {
    expect(() => connect(host)).toThrow(
      new Refusal(
        `DOCKER_HOST is "${host}"; it must begin with unix:// or tcp://`,
        "`unset DOCKER_HOST` to use this machine's own engine.",
      ),
    );
  });
});

describe("an engine", () => {
  const engine = createServer();

  afterEach(() => {
    engine.removeAllListeners("request");
    engine.closeAllConnections();
    engine.close();
  });

  async function listening() {
    await new Promise<void>((resolve) => engine.listen(0, "127.0.0.1", resolve));
    const { port } = engine.address() as AddressInfo; // listens on TCP
    return connect(`tcp://127.0.0.1:${port}`);
  }

  test("that answers has no problem", async () => {
    engine.on("request", (_, response) => response.end("OK"));
    expect(await problemWith(await listening())).toBeUndefined();
  });

  test("that is not there has the system's reason", async () => {
    expect(await problemWith(connect("unix:///does/not/exist.sock"))).toMatchObject({
      code: "ENOENT",
    });
  });
});

describe("an engine that does not answer", () => {
  const LINUX = { os: "linux", arch: "amd64", root: false, debian: true } as const;
  const ABSENT = Object.assign(new Error("connect ENOENT"), { code: "ENOENT" });

  test.each([
    [
      "is opened on macOS",
      { ...LINUX, os: "darwin" } as const,
      ABSENT,
      undefined,
      "no container engine answers at /var/run/docker.sock",
      "open -a Docker   # or another engine, with DOCKER_HOST set to its address",
    ],
    ...["EACCES", "EPERM"].map(
      (code) =>
        [
          `is shared with its group: ${code}`,
          LINUX,
          Object.assign(new Error("connect"), { code }),
          "/usr/bin/dockerd",
          `a container engine runs, but ${userInfo().username} may not use /var/run/docker.sock`,
          'sudo usermod -aG docker "$USER"   # then log out and in again',
        ] as const,
    ),
    [
      "is started where it is installed",
      LINUX,
      ABSENT,
      "/usr/bin/dockerd",
      "the container engine is not running",
      "sudo systemctl start docker",
    ],
    [
      "is installed with Debian's packages, and started",
      LINUX,
      ABSENT,
      undefined,
      "there is no container engine on this machine",
      "sudo apt-get update && sudo apt-get install -y docker.io iptables && sudo systemctl start docker",
    ],
    [
      "is installed as Docker says elsewhere",
      { ...LINUX, debian: false },
      ABSENT,
      undefined,
      "there is no container engine on this machine",
      "Install Docker Engine: https://docs.docker.com/engine/install",
    ],
  ] as const)("%s", (_, machine, problem, binary, message, fix) => {
    expect(advice(machine, problem, binary)).toMatchObject({ message, fix });
  });
});
