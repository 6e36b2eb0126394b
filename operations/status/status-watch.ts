import type { StatusEntry } from "./entry";
import { statusLine } from "./status-line";

/** How the status is watched, and where it is shown. */
export interface StatusWatch {
  readonly read: () => Promise<StatusEntry[]>;
  /** Shows all entries anew. */
  readonly draw: (entries: readonly StatusEntry[]) => void;
  /** Receives a request that failed; it is tried again. */
  readonly failed: (error: unknown) => void;
  readonly pause: () => Promise<unknown>;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/**
 * Shows the status every few seconds until Ctrl-C. Only the first request must succeed: afterwards AWS may
 * throttle some, or be out of reach for a while.
 */
export async function watchStatus({
  read,
  draw,
  failed,
  pause,
  signal,
}: StatusWatch): Promise<void> {
  draw(await read());
  for (;;) {
    await pause();
    if (signal.aborted) return;
    try {
      draw(await read());
    } catch (error) {
      failed(error);
    }
  }
}

/** Prints a line for each service and job whose status has changed since the last time, with the time. */
export function changesPrinter(
  print: (line: string) => void,
  now: () => Date,
): StatusWatch["draw"] {
  const shown = new Map<string, string>();
  return (entries) => {
    for (const entry of entries) {
      const line = statusLine(entry);
      if (shown.get(entry.name) === line) continue;
      shown.set(entry.name, line);
      print(`${now().toISOString().slice(0, 19)}Z ${line}`);
    }
  };
}
