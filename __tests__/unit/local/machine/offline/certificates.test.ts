import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { extraCertificates } from "../../../../../local/machine/offline/certificates";

const pem = (name: string): string =>
  `-----BEGIN CERTIFICATE-----\n${name}\n-----END CERTIFICATE-----`;

test("extra authorities are the owner's and those that only the bundle has, each once", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "trust-"));
  const store = {
    local: path.join(folder, "local"),
    public: path.join(folder, "public"),
    bundle: path.join(folder, "bundle.crt"),
  };
  mkdirSync(path.join(store.public, "mozilla"), { recursive: true });
  mkdirSync(store.local);
  writeFileSync(path.join(store.public, "mozilla", "public.crt"), pem("public"));
  writeFileSync(path.join(store.local, "owner.crt"), `# a comment\n${pem("owner")}\n`);
  writeFileSync(path.join(store.local, "README"), pem("not a .crt file"));
  writeFileSync(store.bundle, [pem("public"), pem("owner"), pem("proxy")].join("\n"));
  expect(extraCertificates(store)).toEqual([pem("owner"), pem("proxy")]);
  rmSync(folder, { recursive: true, force: true });
  expect(extraCertificates(store)).toEqual([]);
});
