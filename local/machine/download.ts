import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { DOWNLOAD } from "../../spec/limits";
import { Refusal, type Report } from "../../operations/terminal/refusal";
import { Unreachable } from "./reachability";
import { every } from "../../operations/terminal/progress";

export interface Download {
  readonly url: string;
  /** The destination; the file appears there complete and verified, or not at all. */
  readonly file: string;
  /** The published digest, in hex. */
  readonly sha256: string;
  /** What the file is, for progress: `Terraform 1.11.4`. */
  readonly what: string;
  readonly report: Report;
  /** How long to wait for the host's first answer. */
  readonly answerMs?: number;
}

/**
 * Downloads one file and verifies its digest.
 *
 * @throws Unreachable if the host does not answer in time, lacks the file or stops midway
 * @throws Refusal if the digest differs from the published one
 */
export async function download(request: Download): Promise<void> {
  const { url, file, sha256, what } = request;
  const partial = `${file}.${process.pid}.partial`;
  try {
    const digest = await fetchTo(partial, request);
    if (digest !== sha256) {
      throw new Refusal(
        `${what} from ${url} has the SHA-256 digest ${digest}, but the published digest is ${sha256}`,
        `Check for a proxy that alters downloads from ${new URL(url).host}; the file was deleted.`,
      );
    }
    await rename(partial, file);
  } finally {
    await rm(partial, { force: true });
  }
}

async function fetchTo(file: string, request: Download): Promise<string> {
  const { url, answerMs = DOWNLOAD.answerSeconds * 1000 } = request;
  const silence = new AbortController();
  const timer = setTimeout(() => {
    silence.abort();
  }, answerMs);
  const total = AbortSignal.timeout(DOWNLOAD.totalMinutes * 60_000);
  try {
    const response = await fetch(url, { signal: AbortSignal.any([silence.signal, total]) });
    clearTimeout(timer);
    if (!response.ok || response.body === null) {
      throw new Error(`it answered with HTTP status ${response.status}`);
    }
    const size = Number(response.headers.get("content-length") ?? 0);
    const hash = createHash("sha256");
    await pipeline(
      Readable.from(response.body),
      meter(request, size, (chunk) => hash.update(chunk)),
      createWriteStream(file),
    );
    return hash.digest("hex");
  } catch (error) {
    throw new Unreachable(url, error);
  } finally {
    clearTimeout(timer);
  }
}

function meter(request: Download, size: number, see: (chunk: Buffer) => void): Transform {
  const tell = every(2_000, request.report);
  let done = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, next): void {
      see(chunk);
      done += chunk.length;
      const of = size > 0 ? ` of ${megabytes(size)}` : "";
      tell(`downloading ${request.what}: ${megabytes(done)}${of} MB`);
      next(null, chunk);
    },
  });
}

function megabytes(bytes: number): string {
  return String(Math.round(bytes / 1e6));
}
