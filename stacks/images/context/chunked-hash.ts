import { createHash } from "node:crypto";
import { readSync } from "node:fs";
import { EndOfFile } from "./context-problem";

/** Bytes in memory at once, whatever the size of a file. */
const CHUNK = 1024 * 1024;

/** A SHA-256 of texts and files, which it reads through one buffer: many small files cost one update. */
export class ChunkedHash {
  private readonly hash = createHash("sha256");
  private readonly chunk = Buffer.allocUnsafe(CHUNK);
  private used = 0;

  text(text: string): void {
    const size = Buffer.byteLength(text);
    if (size > CHUNK - this.used) this.flush();
    if (size > CHUNK) this.hash.update(text);
    else this.used += this.chunk.write(text, this.used);
  }

  /**
   * Adds a file's first bytes; what is appended meanwhile does not count.
   *
   * @throws EndOfFile if the file has become shorter
   */
  file(descriptor: number, size: number): void {
    for (let left = size; left > 0;) {
      if (this.used === CHUNK) this.flush();
      const wanted = Math.min(left, CHUNK - this.used);
      const count = readSync(descriptor, this.chunk, this.used, wanted, null);
      if (count === 0) throw new EndOfFile();
      this.used += count;
      left -= count;
    }
  }

  hex(): string {
    this.flush();
    return this.hash.digest("hex");
  }

  private flush(): void {
    this.hash.update(this.chunk.subarray(0, this.used));
    this.used = 0;
  }
}
