import type Docker from "dockerode";

/** What the engine says while it pulls or builds. */
export interface EngineEvent {
  readonly id?: string;
  readonly status?: string;
  readonly stream?: string;
  readonly error?: string;
  readonly progressDetail?: { readonly current?: number; readonly total?: number };
}

/** Whether the engine answered that it has no such object. */
export function isNotFound(error: unknown): boolean {
  return hasStatus(error, 404);
}

/** Whether the engine answered with this status. */
export function hasStatus(error: unknown, status: number): boolean {
  return error instanceof Error && "statusCode" in error && error.statusCode === status;
}

/**
 * Reads what the engine says about a pull or a build to its end.
 *
 * @throws Error with the engine's own reason
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
