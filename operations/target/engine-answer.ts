import type Docker from "dockerode";

/** An event of the engine during a pull or build. */
export interface EngineEvent {
  readonly id?: string;
  readonly status?: string;
  readonly stream?: string;
  readonly error?: string;
  readonly progressDetail?: { readonly current?: number; readonly total?: number };
}

/** Whether the engine reported that the object does not exist. */
export function isNotFound(error: unknown): boolean {
  return hasStatus(error, 404);
}

/** Whether the engine answered with this status. */
export function hasStatus(error: unknown, status: number): boolean {
  return error instanceof Error && "statusCode" in error && error.statusCode === status;
}

/** Ignores that a container to stop has stopped by itself, or is gone, since it was listed. */
export function ignoreStopped(error: unknown): void {
  if (!hasStatus(error, 304) && !isNotFound(error)) throw error;
}

/**
 * Follows the engine's output until a pull or build ends.
 *
 * @throws Error with the engine's reason
 */
export async function followed(
  docker: Docker,
  stream: NodeJS.ReadableStream,
  see: (event: EngineEvent) => void = () => undefined,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    docker.modem.followProgress(
      stream,
      (error, events: EngineEvent[]) => {
        const failure = error?.message ?? events.find((event) => event.error !== undefined)?.error;
        if (failure === undefined) resolve();
        else reject(new Error(failure));
      },
      see,
    );
  });
}
