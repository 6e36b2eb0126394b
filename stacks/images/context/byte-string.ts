import { isUtf8 } from "node:buffer";

/**
 * A path as its bytes, one character for each byte. A file's name need not be UTF-8, and the builder
 * sorts and compares names by their bytes.
 */
export type ByteString = string;

/** Names are nearly always ASCII, where bytes, characters and code points are the same. */
function isAscii(text: string): boolean {
  return /^[\0-\x7f]*$/.test(text);
}

/** The bytes of a text in UTF-8. */
export function bytesOf(text: string): ByteString {
  return isAscii(text) ? text : Buffer.from(text, "utf8").toString("latin1");
}

/** The text of bytes as Go reads them: each byte that belongs to no character becomes U+FFFD. */
export function textOf(bytes: ByteString): string {
  if (isAscii(bytes)) return bytes;
  const buffer = Buffer.from(bytes, "latin1");
  if (isUtf8(buffer)) return buffer.toString("utf8");
  let text = "";
  for (let at = 0; at < buffer.length;) {
    const size = [1, 2, 3, 4].find((count) => isUtf8(buffer.subarray(at, at + count)));
    text += size === undefined ? "\ufffd" : buffer.toString("utf8", at, at + size);
    at += size ?? 1;
  }
  return text;
}

export function isText(bytes: ByteString): boolean {
  return isAscii(bytes) || isUtf8(Buffer.from(bytes, "latin1"));
}

/** The bytes for a message: what is not text is escaped, as in `caf\xe9`. */
export function shown(bytes: ByteString): string {
  // eslint-disable-next-line no-control-regex -- a line break would end the message
  if (isText(bytes) && !/[\0-\x1f\x7f]/.test(bytes)) return textOf(bytes);
  return bytes.replaceAll(
    /[^\x20-\x7e]/g,
    (byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}

/** The path for Node.js, which takes bytes only in a buffer. */
export function pathOf(bytes: ByteString): string | Buffer {
  return isAscii(bytes) ? bytes : Buffer.from(bytes, "latin1");
}
