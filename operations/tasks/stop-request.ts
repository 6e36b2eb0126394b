import type { Terminal } from "./terminal";

/**
 * Asks AWS to stop what this command has started at the moment of the Ctrl-C, whatever is waited for then:
 * what follows a task looks only now and then, and this process may be gone before the next look.
 *
 * @param send asks for it
 * @param stopCommand asks for it without this command
 * @returns waits until AWS has taken the request, and throws what `send` throws
 */
export function askAtInterrupt(
  send: () => Promise<void>,
  stopCommand: string,
  { signal, stopTaken }: Terminal,
): () => Promise<void> {
  let answer: Promise<void> | undefined;
  const ask = () =>
    (answer ??= send().then(() => {
      stopTaken?.(stopCommand);
    }));
  const atOnce = () => {
    // Thrown to the one who waits for the answer.
    ask().catch(() => undefined);
  };
  if (signal.aborted) atOnce();
  else signal.addEventListener("abort", atOnce, { once: true });
  return ask;
}
