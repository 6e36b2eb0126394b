import { isTimestamp } from "./timestamp.js";

/** Where a page ended: the row's place in the order of `created_at` and `id`. */
export interface Cursor {
  readonly createdAt: string;
  readonly id: string;
}

const FORM = /^(\S{24}) ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** Opaque to callers, so that the order may change without them. */
export function encodeCursor({ createdAt, id }: Cursor): string {
  return Buffer.from(`${createdAt} ${id}`).toString("base64url");
}

export function decodeCursor(text: string): Cursor | undefined {
  const [, createdAt, id] = FORM.exec(Buffer.from(text, "base64url").toString()) ?? [];
  if (createdAt === undefined || id === undefined || !isTimestamp(createdAt)) return undefined;
  return { createdAt, id };
}
