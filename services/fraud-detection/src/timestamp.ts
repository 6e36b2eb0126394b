const RFC_3339 =
  /^(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/i;

/** Whether the text is an RFC 3339 date-time that exists: not the 30th of February. */
export function isTimestamp(text: string): boolean {
  const match = RFC_3339.exec(text);
  if (!match) return false;
  const [, year, month, day] = match;
  return Number(day) <= 28 || Number(day) <= daysOfMonth(Number(year), Number(month));
}

/** Milliseconds since 1970 of a text that `isTimestamp` accepts. */
export function millisecondsOf(timestamp: string): number {
  // Date knows no leap seconds.
  return Date.parse(timestamp.replace(":60", ":59"));
}

function daysOfMonth(year: number, month: number): number {
  // Date.UTC takes years below 100 for those of the 20th century; the calendar repeats each 400 years.
  return new Date(Date.UTC(year + 400, month, 0)).getUTCDate();
}
