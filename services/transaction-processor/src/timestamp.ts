const RFC_3339 =
  /^\d{4}-\d{2}-(\d{2})T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/i;
const END_OF_TIME = Date.UTC(10_000, 0);

/**
 * RFC 3339 without leap seconds, which JavaScript has not, and with nothing that PostgreSQL would
 * not take once it is in UTC.
 */
export function isTimestamp(text: string): boolean {
  const day = RFC_3339.exec(text)?.[1];
  if (day === undefined) return false;
  const time = millisecondsOf(text);
  // JavaScript takes 30 February for 2 March.
  const date = new Date(`${text.slice(0, 10)}T00:00:00Z`);
  return time >= 0 && time < END_OF_TIME && date.getUTCDate() === Number(day);
}

/** Milliseconds since 1970 of a text that `isTimestamp` accepts. */
export function millisecondsOf(text: string): number {
  return Date.parse(text.toUpperCase());
}
