/**
 * Turns the first Ctrl-C into a request to stop. Terraform then ends what it has begun and writes
 * its state, so that both `up` and `down` can go on from there; a second Ctrl-C changes nothing.
 */
export function stopOnInterrupt(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) return;
      console.error("\nInterrupted: Terraform ends what it has begun and keeps its state.");
      controller.abort(new Interrupted());
    });
  }
  return controller.signal;
}

/** Ends a command that was interrupted; the state is whole. */
export class Interrupted extends Error {
  constructor() {
    super("interrupted; `npm run up` goes on from here, `npm run down` removes what there is");
    this.name = "Interrupted";
  }
}
