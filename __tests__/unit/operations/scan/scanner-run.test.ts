import type Docker from "dockerode";
import { describe, expect, test, vi } from "vitest";
import { OWNER, owner } from "../../../../operations/scan/scanner";
import {
  describeDatabases,
  removeStrayScanners,
  runScanner,
} from "../../../../operations/scan/scanner-run";
import { framed } from "../../../support/engine-log";

const scanning = {
  scanner: "grype@sha256:1",
  command: ["db"],
  updates: false,
  volume: "vulnerabilities",
};
const NOW = Date.parse("2026-11-30T12:00:00Z");

/** An engine whose containers end in a way, and what was done with them. */
function engine({ exitCode = 0, OOMKilled = false, hangs = false } = {}) {
  const done: string[] = [];
  const step = (name: string) => () => {
    done.push(name);
    return Promise.resolve();
  };
  const container = {
    start: step("start"),
    wait: ({ abortSignal }: { abortSignal: AbortSignal }) =>
      hangs
        ? new Promise((_, reject) => {
            const give = () => {
              reject(new Error("aborted"));
            };
            abortSignal.addEventListener("abort", give);
          })
        : Promise.resolve({ StatusCode: exitCode }),
    inspect: () => Promise.resolve({ State: { OOMKilled } }),
    logs: () => Promise.resolve(framed("bad")),
    remove: step("remove"),
  };
  const docker = {
    createVolume: () => Promise.resolve(),
    createContainer: () => Promise.resolve(container),
  };
  const around = { before: step("before"), after: step("after") };
  // The only methods that are called on an engine.
  return { docker: docker as unknown as Docker, container, around, done };
}

const never = new AbortController().signal;

describe("a run of the scanner", () => {
  test("is filled, started, read and removed", async () => {
    const { docker, around, done } = engine();
    const run = await runScanner(docker, scanning, around, never);
    expect(run).toEqual({ exitCode: 0, log: "bad" });
    expect(done).toEqual(["before", "start", "after", "remove"]);
  });

  test("that fails is removed unread, with its log", async () => {
    const { docker, around, done } = engine({ exitCode: 1 });
    expect(await runScanner(docker, scanning, around, never)).toEqual({ exitCode: 1, log: "bad" });
    expect(done).toEqual(["before", "start", "remove"]);
  });

  test("that the engine killed for its memory says so", async () => {
    const { docker, around, done } = engine({ exitCode: 137, OOMKilled: true });
    const run = runScanner(docker, scanning, around, never);
    await expect(run).rejects.toThrow("the scanner needed more than its 2048 MiB of memory");
    expect(done.at(-1)).toBe("remove");
  });

  test.each(["createVolume", "createContainer", "before", "start", "wait", "logs", "after"])(
    "has one time limit, also for an engine that hangs in %s",
    async (call) => {
      const limit = new AbortController();
      vi.spyOn(AbortSignal, "timeout").mockReturnValueOnce(limit.signal);
      const until = (signal: AbortSignal | undefined) =>
        new Promise<never>((_, reject) => {
          signal?.addEventListener("abort", () => {
            reject(new Error("aborted"));
          });
          limit.abort();
        });
      const hang = (options: { abortSignal?: AbortSignal } = {}) => until(options.abortSignal);
      const { docker, around, container } = engine();
      const step = (_: unknown, signal?: AbortSignal) => until(signal);
      if (call === "before" || call === "after") Object.assign(around, { [call]: step });
      else Object.assign(call.startsWith("create") ? docker : container, { [call]: hang });
      const run = runScanner(docker, scanning, around, never);
      await expect(run).rejects.toThrow("the scanner took longer than 10 minutes");
    },
    500,
  );

  test("is removed when it is interrupted", async () => {
    const { docker, around, done } = engine({ hangs: true });
    const stop = new AbortController();
    const run = runScanner(docker, scanning, around, stop.signal);
    setTimeout(() => {
      stop.abort(new Error("interrupted"));
    }, 1);
    await expect(run).rejects.toThrow("interrupted");
    expect(done.at(-1)).toBe("remove");
  });
});

test("containers of killed runs are removed, and never one of a run that goes on", async () => {
  const seconds = NOW / 1000;
  const found = [
    { Id: "old", Created: seconds - 3600, Labels: {} },
    { Id: "orphan", Created: seconds, Labels: { [OWNER]: owner(2 ** 22 + 1) } },
    { Id: "alive", Created: seconds, Labels: { [OWNER]: owner() } },
    { Id: "elsewhere", Created: seconds, Labels: { [OWNER]: "another 4194305" } },
    { Id: "unlabelled", Created: seconds, Labels: {} },
  ];
  const removed: string[] = [];
  const docker = {
    listContainers: () => Promise.resolve(found),
    getContainer: (id: string) => ({ remove: () => Promise.resolve(removed.push(id)) }),
  };
  await removeStrayScanners(docker as unknown as Docker, NOW);
  expect(removed).toEqual(["old", "orphan"]);
});

test("the databases that stay are named with the command that removes them", async () => {
  const having = (...names: string[]) => {
    const volumes = { Volumes: names.map((Name) => ({ Name })) };
    return { listVolumes: () => Promise.resolve(volumes) } as unknown as Docker;
  };
  expect(await describeDatabases(having())).toEqual([]);
  expect(await describeDatabases(having("a", "b"))).toEqual([
    expect.stringContaining("stays in the engine"),
    "→ To remove it too: docker volume rm a b",
  ]);
});
