import { beforeEach, expect, test, vi } from "vitest";
import { runLanes, runPhases, type Phase } from "../../../../operations/terminal/phases";

const { signal } = new AbortController();
let events: string[];

beforeEach(() => {
  events = [];
  vi.spyOn(process.stdout, "write").mockReturnValue(true);
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
});

/** A phase that runs until `until` resolves. */
function phase(title: string, until: Promise<unknown> = Promise.resolve()): Phase {
  return {
    title,
    run: async () => {
      events.push(`${title} starts`);
      await until;
      events.push(`${title} ends`);
      return title;
    },
  };
}

function broken(title: string): Phase {
  return { title, run: () => Promise.reject(new Error(`${title} is broken`)) };
}

test("phases run one after the other, and each reports its outcome", async () => {
  const results = await runPhases([phase("engine"), phase("images")], signal);
  expect(events).toEqual(["engine starts", "engine ends", "images starts", "images ends"]);
  expect(results).toEqual([
    { title: "engine", outcome: "engine" },
    { title: "images", outcome: "images" },
  ]);
});

test("a lane does not wait for another", async () => {
  let imagesRun: (value: unknown) => void = () => undefined;
  const images = new Promise((resolve) => (imagesRun = resolve));
  const last: Phase = {
    title: "images",
    run: () => {
      imagesRun(undefined);
      return Promise.resolve("images");
    },
  };
  // Terraform ends only once the other lane reaches its last phase.
  await runLanes([[phase("engine"), last], [phase("terraform", images)]], signal);
  expect(events).toEqual(["engine starts", "terraform starts", "engine ends", "terraform ends"]);
});

test("after a failure no phase starts, and running phases end before the failure is reported", async () => {
  let failed: (value: unknown) => void = () => undefined;
  const failure = new Promise((resolve) => (failed = resolve));
  const engine = broken("engine");
  const run = (report: (line: string) => void) =>
    engine.run(report).finally(() => {
      failed(undefined);
    });
  const lanes = [
    [{ ...engine, run }, phase("images")],
    [phase("terraform", failure), phase("providers")],
  ];
  await expect(runLanes(lanes, signal)).rejects.toThrow("engine is broken");
  expect(events).toEqual(["terraform starts", "terraform ends"]);
});

test("after an interruption no phase starts", async () => {
  const interrupted = AbortSignal.abort(new Error("interrupted"));
  await expect(runPhases([phase("engine")], interrupted)).rejects.toThrow("interrupted");
  expect(events).toEqual([]);
});

test("without a terminal a phase's progress is a line every ten seconds", async () => {
  const shown = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  const clock = vi.spyOn(performance, "now");
  const run = (report: (line: string) => void) => {
    for (const seconds of [0, 1, 9, 10, 11, 20]) {
      clock.mockReturnValue(seconds * 1000);
      report(`after ${seconds} s`);
    }
    return Promise.resolve(undefined);
  };
  await runPhases([{ title: "engine", run }], signal);
  const lines = shown.mock.calls.flatMap(([text]) => String(text).match(/after \d+ s/g) ?? []);
  expect(lines).toEqual(["after 0 s", "after 10 s", "after 20 s"]);
});

test.each([
  ["3 images", "images: 3 images, 1.3 s"],
  [undefined, "images: 1.3 s"],
])("a phase that ends with %s says how long it took", async (outcome, line) => {
  const shown = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  const clock = vi.spyOn(performance, "now").mockReturnValue(2_000);
  const run = () => {
    clock.mockReturnValue(3_260);
    return Promise.resolve(outcome);
  };
  await runPhases([{ title: "images", run }], signal);
  // Without the mark before it.
  const lines = shown.mock.calls.map(([text]) => /images.*/.exec(String(text))?.[0]);
  expect(lines).toEqual(["images", line]);
});
