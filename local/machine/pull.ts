import type Docker from "dockerode";
import { PULL } from "../../spec/limits";
import type { Report } from "../../operations/terminal/refusal";
import { type EngineEvent, followed } from "../../operations/target/engine-answer";
import { every } from "../../operations/terminal/progress";

/**
 * Pulls an image from its registry. Gives up if the registry does not respond within eight seconds,
 * or after ten minutes.
 *
 * @returns the reason why the pull failed; `undefined` on success
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
    if (abort.signal.aborted) return "its registry did not answer in time";
    return error instanceof Error ? reasonOf(error) : String(error);
  } finally {
    clearTimeout(silence);
    clearTimeout(total);
  }
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

/** The engine's reason, without the HTTP status and the request before it. */
function reasonOf(error: Error): string {
  const said = error.message.replace(/^\(HTTP code \d+\) [^-]*- /, "");
  return said.replace(/^Get "?\S+?"?: /, "").trim();
}
