import type { Scaling } from "../../spec/service/scaling";
import type { Services } from "../../spec/service/spec";

/**
 * Notes on the times of `scaling.schedule` that are over and will not come again. They are no mistakes: each
 * was to come when it was written, and an environment that has it may be deployed again. AWS does not say
 * what it makes of one that is new.
 *
 * @see https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScheduledAction.html
 */
export function pastTimes(services: Services, now: Date): string[] {
  return Object.entries(services).flatMap(([service, spec]) =>
    timesOf(spec).flatMap(({ at, timeZone = "UTC" }) =>
      at !== undefined && at <= clock(now, timeZone)
        ? `the time ${at} (${timeZone}) in scaling.schedule of ${service} is over: remove it, or correct it`
        : [],
    ),
  );
}

/** A job does not scale. */
function timesOf(spec: { readonly scaling?: Scaling }): NonNullable<Scaling["schedule"]> {
  return spec.scaling?.schedule ?? [];
}

/** What a clock shows in a time zone, as the catalogue writes a time: `2026-12-24T18:00:00`. */
function clock(now: Date, timeZone: string): string {
  // Sweden's is the locale whose form is ISO 8601.
  const format = new Intl.DateTimeFormat("sv-SE", {
    timeZone,
    dateStyle: "short",
    timeStyle: "medium",
  });
  return format.format(now).replace(" ", "T");
}
