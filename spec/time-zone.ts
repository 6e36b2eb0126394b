/**
 * Why a value names no time zone; `undefined` if it does. AWS takes the names of the IANA database as they
 * are written there, and no offsets.
 *
 * @see https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScheduledAction.html
 */
export function timeZoneProblem(name: string): string | undefined {
  const example = "it must be a name of the IANA database, such as UTC or Europe/Berlin";
  const known = /^[A-Za-z]/.test(name) ? canonical(name) : undefined;
  if (known === undefined) return example;
  const sameLetters = known.toLowerCase() === name.toLowerCase();
  return sameLetters && known !== name ? `it is written ${known}` : undefined;
}

function canonical(name: string): string | undefined {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}
