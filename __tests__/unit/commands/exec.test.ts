import { beforeEach, expect, test, vi } from "vitest";
import { execInTask } from "../../../commands/exec";
import * as operation from "../../../operations/exec/enter";
import { hearLines, run } from "../../support/command";

let heard: ReturnType<typeof hearLines>;
beforeEach(() => {
  heard = hearLines();
  vi.spyOn(operation, "enter").mockImplementation((_, { report }) => {
    report("task 0a0a0a0a");
    return Promise.resolve();
  });
});
const entry = () => vi.mocked(operation.enter).mock.calls[0]?.[0];

test("the command after -- runs in the named service of the named environment", async () => {
  await run(execInTask, "dev", "flask-api", "--", "ls", "-l", "--all");
  expect(entry()).toMatchObject({
    service: "flask-api",
    command: ["ls", "-l", "--all"],
    container: undefined,
    task: undefined,
  });
  expect(entry()?.config.suffix).toBe("dev");
});

test("a task and a container can be chosen, and the command left out", async () => {
  await run(execInTask, "dev", "flask-api", "--task", "0a", "--container", "otel");
  expect(entry()).toMatchObject({ task: "0a", container: "otel", command: [] });
});

test("DOCKER_HOST is for the local AWS alone: another scheme keeps nobody from a task on AWS", async () => {
  vi.stubEnv("DOCKER_HOST", "ssh://elsewhere");
  await run(execInTask, "dev", "flask-api");
  const [, means] = vi.mocked(operation.enter).mock.calls[0] ?? [];
  expect(() => means?.engine()).toThrow("must begin with unix:// or tcp://");
});

test("what the platform itself says is not in the command's output", async () => {
  expect(await run(execInTask, "dev", "flask-api")).toBeUndefined();
  expect(heard).toEqual({ out: [], err: ["task 0a0a0a0a"] });
});

test("a mistyped service or environment is refused, and a missing one too", async () => {
  await expect(run(execInTask, "dev", "flask-app")).rejects.toThrow("did you mean flask-api?");
  await expect(run(execInTask, "pord", "flask-api")).rejects.toThrow("did you mean prod?");
  await expect(run(execInTask, "dev")).rejects.toThrow("missing required argument 'service'");
  expect(operation.enter).not.toHaveBeenCalled();
});

test("the shipped environments set no exec, so nobody enters their tasks", async () => {
  vi.mocked(operation.enter).mockRestore();
  await expect(run(execInTask, "dev", "flask-api")).rejects.toThrow(
    "Nobody can enter the tasks of dev",
  );
});
