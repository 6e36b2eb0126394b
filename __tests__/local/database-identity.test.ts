import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import Docker from "dockerode";
import { afterAll, expect, test, vi } from "vitest";
import { textOf } from "../../operations/target/engine-log";
import { PROJECT_FOLDER } from "../../project";
import { DOCKER_LABEL } from "../../spec/names";
import { makeCertificate } from "../support/hcp/certificate";
import { Impostor } from "../support/impostor";

vi.setConfig({ testTimeout: 120_000 });

/** The image that the setup is built on. */
const IMAGE = "postgres:17-alpine";
const folder = mkdtempSync(path.join(tmpdir(), "database-identity-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const certificate = makeCertificate(mkdtempSync(path.join(folder, "server-")));
const other = makeCertificate(mkdtempSync(path.join(folder, "other-")));

/** Runs the setup as in a task, against a server on this machine. */
async function setUp(host: string, port: number, ca: string) {
  const script = readFileSync(
    path.join(PROJECT_FOLDER, "stacks/platform/database-setup/setup.sh"),
    "utf8",
  );
  const container = await new Docker().createContainer({
    Image: IMAGE,
    Entrypoint: [],
    Cmd: ["bash", "-c", script],
    User: "10001:10001",
    Labels: { [DOCKER_LABEL]: "test" },
    Env: [
      "SETUP_SECONDS=20",
      "ROTATION_SECONDS=3",
      `DATABASE_HOST=${host}`,
      `DATABASE_PORT=${port}`,
      "DATABASE_SSLMODE=verify-full",
      `DATABASE_CA=${ca}`,
      "DATABASE_NAME=orders",
      "DATABASE_USER=orders",
      "DATABASE_PASSWORD=the-password-of-orders",
      "MASTER_USER=platform",
      "MASTER_PASSWORD=the-master-password",
    ],
    HostConfig: { NetworkMode: "host", ReadonlyRootfs: true },
  });
  try {
    await container.start();
    // The engine's answer, which its types leave open.
    const { StatusCode } = (await container.wait()) as { StatusCode: number };
    const log = await container.logs({ stdout: true, stderr: true, follow: false });
    return { exitCode: StatusCode, output: textOf(log) };
  } finally {
    await container.remove({ force: true });
  }
}

test.each([
  ["that has no TLS", "127.0.0.1", undefined, certificate, /server does not support SSL/],
  ["of another authority", "127.0.0.1", certificate, other, /certificate verify failed/],
  [
    "of another name",
    "127.0.0.2",
    certificate,
    certificate,
    /does not match host name "127.0.0.2"/,
  ],
])(
  "a server %s gets neither the master's name nor a password from the setup, which ends at once",
  async (_, host, presented, trusted, words) => {
    const server = await Impostor.start(host, presented);
    try {
      const { exitCode, output } = await setUp(host, server.port, trusted.cert);
      expect(output).toMatch(words);
      expect(exitCode).toBe(1);
      expect(server.asked).toBeGreaterThan(0);
      expect(server.told).toBe("");
    } finally {
      await server.stop();
    }
  },
);
