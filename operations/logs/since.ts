const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** What `readSince` takes, for messages. */
export const SINCE_FORMS =
  "a time span such as 30s, 10m, 2h or 1d, or a time such as 2026-12-01T10:00:00Z";

/** A date, or a date with a time, which has its zone: a time without one would depend on the machine. */
const ISO = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/;

/** The time that `30s`, `10m`, `2h`, `1d` before now or an ISO time means; `undefined` for anything else. */
export function readSince(given: string, now: Date): Date | undefined {
  const [, count, unit = ""] = /^(\d{1,6})([smhd])$/.exec(given) ?? [];
  const span = UNIT_MS[unit];
  if (count !== undefined && span !== undefined)
    return sinceEpoch(new Date(now.getTime() - Number(count) * span));
  const time = ISO.test(given) ? new Date(given) : undefined;
  return time && time <= now ? sinceEpoch(time) : undefined;
}

/** CloudWatch counts milliseconds from 1970 on, and knows no time before. */
function sinceEpoch(time: Date): Date | undefined {
  return time.getTime() >= 0 ? time : undefined;
}
