import Docker from "dockerode";
import { afterEach, describe, expect, test, vi } from "vitest";
import { removeContainer } from "../../../../operations/target/engine-removal";

afterEach(() => {
  vi.restoreAllMocks();
});

const answer = (statusCode: number) =>
  Object.assign(new Error(`HTTP ${statusCode}`), { statusCode });

/** An engine that answers removals with these, the last one again and again. */
function engineThat(...answers: readonly (Error | "removes" | "hangs")[]) {
  const docker = new Docker({ socketPath: "/nowhere/docker.sock" });
  const remove = vi.fn(async ({ abortSignal }: { abortSignal: AbortSignal }) => {
    const next = answers[Math.min(remove.mock.calls.length, answers.length) - 1];
    if (next instanceof Error) throw next;
    if (next === "removes") return;
    await new Promise((_, reject) => {
      abortSignal.addEventListener("abort", () => {
        reject(new Error("aborted"));
      });
    });
  });
  // The only method that is called on a container.
  vi.spyOn(docker, "getContainer").mockReturnValue({ remove } as unknown as Docker.Container);
  return { docker, remove };
}

describe("a container", () => {
  test("goes with its processes and its nameless volumes", async () => {
    const { docker, remove } = engineThat("removes");
    await removeContainer(docker, "web");
    expect(remove).toHaveBeenCalledOnce();
    expect(remove).toHaveBeenCalledWith(expect.objectContaining({ force: true, v: true }));
  });

  test("that somebody else is removing is waited for until it is gone", async () => {
    const { docker, remove } = engineThat(answer(409), answer(409), answer(404));
    await removeContainer(docker, "web");
    expect(remove).toHaveBeenCalledTimes(3);
  });

  test("that the engine fails to remove is an error at once", async () => {
    const { docker, remove } = engineThat(answer(500));
    await expect(removeContainer(docker, "web")).rejects.toThrow("HTTP 500");
    expect(remove).toHaveBeenCalledOnce();
  });

  test.each([
    ["is still being removed", answer(409)],
    ["is not answered for", "hangs"],
  ] as const)("that %s after a minute is named, with how to look at it", async (_, what) => {
    const limit = new AbortController();
    vi.spyOn(AbortSignal, "timeout").mockImplementation((milliseconds) => {
      expect(milliseconds).toBe(60_000);
      return limit.signal;
    });
    const removal = removeContainer(engineThat(what).docker, "0123456789abcdef");
    const refused = expect(removal).rejects.toThrow(
      /has not removed the container 0123456789ab within 60 s\.\n.*docker inspect .* 0123456789ab$/,
    );
    limit.abort();
    await refused;
  });
});
