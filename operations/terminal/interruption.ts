/**
 * Turns the first Ctrl-C, or the end of the terminal, into a request to stop. Terraform then ends what
 * it has begun and writes its state, so that the same command, or one that destroys, can go on from
 * there; a second Ctrl-C changes nothing.
 */
export function stopOnInterrupt(): AbortSignal {
  const controller = new AbortController();
  // A terminal that has gone takes no more lines; that must not end us before Terraform.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
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
    super("interrupted; the same command goes on from here");
    this.name = "Interrupted";
  }
}
