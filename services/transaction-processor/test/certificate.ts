import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];

export interface Authority {
  /** PEM text of its certificate. */
  readonly ca: string;
  readonly folder: string;
}

export interface ServerCertificate {
  readonly certificateFile: string;
  readonly keyFile: string;
}

/** An authority with its files in a folder, for two days. */
export async function makeAuthority(folder: string): Promise<Authority> {
  const file = path.join(folder, "ca.pem");
  const usage = ["-addext", "keyUsage=critical,keyCertSign"];
  const subject = ["-subj", "/CN=authority of the tests"];
  const out = ["-keyout", path.join(folder, "ca.key"), "-out", file];
  await run("openssl", ["req", "-x509", ...KEY, ...subject, ...usage, ...out]);
  return { ca: await readFile(file, "utf8"), folder };
}

/** A certificate for names such as `IP:127.0.0.1`. */
export async function signFor(
  { folder }: Authority,
  names: string,
  name = "server",
): Promise<ServerCertificate> {
  const at = (suffix: string) => path.join(folder, `${name}.${suffix}`);
  const out = ["-keyout", at("key"), "-out", at("csr")];
  await run("openssl", ["req", ...KEY.slice(0, -2), "-subj", `/CN=${name}`, ...out]);
  await writeFile(at("extensions"), `subjectAltName=${names}\n`);
  const authority = ["-CA", path.join(folder, "ca.pem"), "-CAkey", path.join(folder, "ca.key")];
  const request = ["-req", "-in", at("csr"), "-extfile", at("extensions"), "-days", "2"];
  await run("openssl", ["x509", ...request, ...authority, "-CAcreateserial", "-out", at("pem")]);
  return { certificateFile: at("pem"), keyFile: at("key") };
}
