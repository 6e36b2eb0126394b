const TERRAFORM_ENDS = "Interrupted: Terraform ends what it can and saves its state.";

/** One Ctrl-C may come twice: the terminal sends it to npx and to this process, and npx passes it on. */
const SAME_MS = 500;

/**
 * Turns the first Ctrl-C, or the closing of the terminal, into a request to stop. Terraform then ends the
 * operations in progress that it can and writes its state, so that the same command or a destruction can
 * continue from there; a second Ctrl-C has no effect.
 *
 * @param words what a command says that stops something else
 * @param again what a second Ctrl-C does. @default nothing
 */
export function stopOnInterrupt(words = TERRAFORM_ENDS, again?: () => void): AbortSignal {
  const controller = new AbortController();
  let first = 0;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) {
        if (performance.now() - first > SAME_MS) again?.();
        return;
      }
      first = performance.now();
      console.error(`\n${words}`);
      controller.abort(new Interrupted());
    });
  }
  return controller.signal;
}

/** Ends an interrupted command; the state is intact. */
export class Interrupted extends Error {
  constructor(message = "interrupted; the same command continues from here") {
    super(message);
    this.name = "Interrupted";
  }
}
