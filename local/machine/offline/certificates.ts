import { existsSync, readFileSync, readdirSync } from "node:fs";
import path from "node:path";

/** Where a Debian machine keeps its local certificates, the public ones, and both combined. */
export interface TrustStore {
  readonly local: string;
  readonly public: string;
  readonly bundle: string;
}

const DEBIAN: TrustStore = {
  local: "/usr/local/share/ca-certificates",
  public: "/usr/share/ca-certificates",
  bundle: "/etc/ssl/certs/ca-certificates.crt",
};

/**
 * The authorities that this machine trusts in addition to the public ones, as unique PEM texts:
 * those added locally, and any others in its bundle that are not among the public ones.
 */
export function extraCertificates(store: TrustStore = DEBIAN): string[] {
  const known = new Set(certificatesIn(store.public));
  const bundled = existsSync(store.bundle) ? blocks(readFileSync(store.bundle, "utf8")) : [];
  // Without the list of public certificates, the extra ones in the bundle cannot be told apart.
  const unexplained = known.size === 0 ? [] : bundled.filter((block) => !known.has(block));
  return [...new Set([...certificatesIn(store.local), ...unexplained])].sort();
}

function certificatesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".crt"))
    .flatMap((name) => blocks(readFileSync(path.join(folder, name), "utf8")));
}

function blocks(text: string): string[] {
  const certificate = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;
  return (text.match(certificate) ?? []).map((block) => block.replace(/\r/g, ""));
}
