import type Docker from "dockerode";
import { PULL } from "../../spec/limits";
import type { Report } from "../../operations/terminal/refusal";
import { every } from "../../operations/terminal/progress";

/** What the engine says while it pulls or builds. */
interface EngineEvent {
  readonly id?: string;
  readonly status?: string;
  readonly stream?: string;
  readonly error?: string;
  readonly progressDetail?: { readonly current?: number; readonly total?: number };
}

/**
 * Pulls an image from its registry. Gives up when the registry shows no sign within eight seconds,
 * or after ten minutes.
 *
 * @returns why it could not be pulled; nothing when it was
 */
export async function pull(
  docker: Docker,
  image: string,
  report: Report,
): Promise<string | undefined> {
  const abort = new AbortController();
  const give = (): void => {
    abort.abort();
  };
  const silence = setTimeout(give, PULL.firstSignSeconds * 1000);
  const total = setTimeout(give, PULL.totalMinutes * 60_000);
  try {
    const stream = await docker.pull(image, { abortSignal: abort.signal });
    clearTimeout(silence);
    await followed(docker, stream, progressOf(image, report));
    return undefined;
  } catch (error) {
    if (abort.signal.aborted) return "its registry does not answer in time";
    return error instanceof Error ? reasonOf(error) : String(error);
  } finally {
    clearTimeout(silence);
    clearTimeout(total);
  }
}

/**
 * Reads what the engine says about a pull or a build to its end.
 *
 * @throws Error with the engine's own reason
 */
export async function followed(
  docker: Docker,
  stream: NodeJS.ReadableStream,
  see: (event: EngineEvent) => void,
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

function progressOf(image: string, report: Report): (event: EngineEvent) => void {
  const tell = every(2_000, report);
  const layers = new Map<string, { done: number; size: number }>();
  return ({ id, status, progressDetail }) => {
    if (id === undefined || status !== "Downloading") return;
    layers.set(id, { done: progressDetail?.current ?? 0, size: progressDetail?.total ?? 0 });
    const sum = (key: "done" | "size"): number =>
      Math.round([...layers.values()].reduce((bytes, layer) => bytes + layer[key], 0) / 1e6);
    tell(`pulling ${image}: ${sum("done")} of ${sum("size")} MB`);
  };
}

/** The engine's reason without what was asked of whom: only the end says what happened. */
function reasonOf(error: Error): string {
  const said = error.message.replace(/^\(HTTP code \d+\) [^-]*- /, "");
  return said.replace(/^Get "?\S+?"?: /, "").trim();
}
