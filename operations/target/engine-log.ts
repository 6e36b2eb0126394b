/** Extracts the text from the engine's log frames: an 8-byte header, which ends in the length, then text. */
export function textOf(frames: Buffer): string {
  const lines = [];
  for (let start = 0; start + 8 <= frames.length;) {
    const end = start + 8 + frames.readUInt32BE(start + 4);
    lines.push(frames.toString("utf8", start + 8, end));
    start = end;
  }
  return lines.join("").trimEnd();
}
