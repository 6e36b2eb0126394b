import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";

/** A certificate that is its own issuer, for a server on this machine. */
export interface Certificate {
  /** Path of the PEM file that a client must trust. */
  readonly file: string;
  readonly cert: string;
  readonly key: string;
}

/** Makes a certificate for 127.0.0.1 in a folder, valid for two days. */
export function makeCertificate(folder: string): Certificate {
  const file = path.join(folder, "certificate.pem");
  const key = path.join(folder, "key.pem");
  const names = "subjectAltName=IP:127.0.0.1,DNS:localhost";
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const subject = ["-subj", "/CN=127.0.0.1", "-addext", names, "-days", "2"];
  const args = ["req", "-x509", ...curve, ...subject, "-keyout", key, "-out", file];
  execFileSync("openssl", args, { stdio: "pipe", timeout: 30_000 });
  return { file, cert: readFileSync(file, "utf8"), key: readFileSync(key, "utf8") };
}
