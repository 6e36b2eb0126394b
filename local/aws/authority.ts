import { X509Certificate, generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import forge from "node-forge";
import { hasCode } from "../../operations/target/error-code";

const FOLDER = "database-authority";
const NAME = [{ name: "commonName", value: "fargate-platform local RDS" }];
const YEARS = 10;
/** Time that must be left, so that no database outlives its authority. */
const SPARE_MS = 365 * 24 * 60 * 60 * 1000;

/** The authority that signs the certificates of this machine's databases, as RDS's do on AWS. */
export interface Authority {
  /** Holds the two files below and nothing else; only its owner can read it. */
  readonly folder: string;
  /** PEM file with the certificate, which clients trust. */
  readonly certificate: string;
  /** PEM file with the private key, which only the local AWS gets. */
  readonly key: string;
  /** Of the certificate, as SHA-256. */
  readonly fingerprint: string;
}

/**
 * The machine's authority, which is made at the first call. All clones and ports share it, because two
 * clones can deploy to one local AWS. It stays the same, so that a second deployment changes nothing.
 */
export function localAuthority(cacheFolder: string): Authority {
  const folder = path.join(path.resolve(cacheFolder), FOLDER);
  const found = read(folder);
  if (found) return found;
  make(folder);
  const made = read(folder);
  if (!made) throw new Error(`the authority in ${folder} cannot be read`);
  return made;
}

function read(folder: string): Authority | undefined {
  const authority = {
    folder,
    certificate: path.join(folder, "certificate.pem"),
    key: path.join(folder, "key.pem"),
  };
  try {
    const { fingerprint256, validTo } = new X509Certificate(readFileSync(authority.certificate));
    if (new Date(validTo).getTime() < Date.now() + SPARE_MS) return undefined;
    return { ...authority, fingerprint: fingerprint256 };
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

/** Both files appear at once: of two processes that make one, the later one keeps the earlier one's. */
function make(folder: string): void {
  mkdirSync(path.dirname(folder), { recursive: true });
  const made = mkdtempSync(`${folder}-`);
  const { certificate, key } = newAuthority();
  writeFileSync(path.join(made, "certificate.pem"), certificate);
  writeFileSync(path.join(made, "key.pem"), key, { mode: 0o600 });
  try {
    renameSync(made, folder);
  } catch (error) {
    if (!hasCode(error, "ENOTEMPTY", "EEXIST")) throw error;
    if (read(folder)) {
      rmSync(made, { recursive: true });
    } else {
      // One that expires makes way.
      rmSync(folder, { recursive: true });
      renameSync(made, folder);
    }
  }
}

function newAuthority() {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(publicKey);
  // A serial number is positive.
  certificate.serialNumber = `01${randomBytes(15).toString("hex")}`;
  certificate.validity.notAfter.setFullYear(new Date().getFullYear() + YEARS);
  certificate.setSubject(NAME);
  certificate.setIssuer(NAME);
  certificate.setExtensions([
    { name: "basicConstraints", cA: true, pathLenConstraint: 0, critical: true },
    { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
    { name: "subjectKeyIdentifier" },
  ]);
  certificate.sign(forge.pki.privateKeyFromPem(privateKey), forge.md.sha256.create());
  return { certificate: forge.pki.certificateToPem(certificate), key: privateKey };
}
