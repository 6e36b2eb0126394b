import { beforeEach, expect, test, vi } from "vitest";
import { restartService } from "../../../commands/restart";
import * as operation from "../../../operations/rollouts/restart";
import * as interruption from "../../../operations/terminal/interruption";
import * as phases from "../../../operations/terminal/phases";
import { hearLines, run } from "../../support/command";

let heard: ReturnType<typeof hearLines>;
beforeEach(() => {
  heard = hearLines();
  vi.spyOn(operation, "restart").mockResolvedValue();
  vi.spyOn(phases, "runPhases").mockImplementation(async (all) => {
    for (const each of all) await each.run(() => undefined);
    return [];
  });
});

test("a restart is one of the named service in the named environment", async () => {
  await run(restartService, "dev", "flask-api");
  const [rollout] = vi.mocked(operation.restart).mock.calls[0] ?? [];
  expect(rollout?.service).toBe("flask-api");
  expect(rollout?.config.suffix).toBe("dev");
  expect(heard.out.join()).toContain("Next: npx platform status dev");
});

test("a failure ends the command with it", async () => {
  vi.mocked(operation.restart).mockRejectedValue(new Error("not healthy"));
  await expect(run(restartService, "dev", "flask-api")).rejects.toThrow("not healthy");
});

test("a mistyped service or environment is refused before AWS is asked, and a missing one too", async () => {
  await expect(run(restartService, "dev", "flask-app")).rejects.toThrow("did you mean flask-api?");
  await expect(run(restartService, "pord", "flask-api")).rejects.toThrow("did you mean prod?");
  await expect(run(restartService, "dev")).rejects.toThrow("missing required argument 'service'");
  expect(operation.restart).not.toHaveBeenCalled();
});

test("a second Ctrl-C ends the command with 130, and leaves the service to ECS", async () => {
  const left = vi.spyOn(process, "exit").mockReturnValue(undefined as never);
  await run(restartService, "dev", "flask-api");
  const [, again] = vi.mocked(interruption.stopOnInterrupt).mock.calls.at(-1) ?? [];
  again?.();
  expect(left).toHaveBeenCalledWith(130);
});
