import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import { setUp } from "../support/database-setup";
import { makeCertificate } from "../support/hcp/certificate";
import { Impostor } from "../support/impostor";

vi.setConfig({ testTimeout: 120_000 });

const folder = mkdtempSync(path.join(tmpdir(), "database-identity-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const certificate = makeCertificate(mkdtempSync(path.join(folder, "server-")));
const other = makeCertificate(mkdtempSync(path.join(folder, "other-")));

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
      const { exitCode, output } = await setUp({
        network: "host",
        host,
        port: server.port,
        authority: trusted.cert,
        masterPassword: "the-master-password",
      });
      expect(output).toMatch(words);
      expect(exitCode).toBe(1);
      expect(server.asked).toBeGreaterThan(0);
      expect(server.told).toBe("");
    } finally {
      await server.stop();
    }
  },
);
