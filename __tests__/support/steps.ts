import type { Phase } from "../../operations/terminal/phases";

/** What an operation does, in its order. */
export const steps: string[] = [];

/** Before each test. */
export function forgetSteps(): void {
  steps.length = 0;
}

export function record(step: string): void {
  steps.push(step);
}

/** A replacement for a function whose result nobody needs. */
export function recording(step: string) {
  return () => {
    record(step);
    return Promise.resolve();
  };
}

export function phase(title: string): Phase {
  return {
    title,
    run: () => {
      record(title);
      return Promise.resolve(undefined);
    },
  };
}
