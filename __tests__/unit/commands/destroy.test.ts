import { beforeEach, expect, test, vi } from "vitest";
import { destroy } from "../../../commands/destroy";
import * as destruction from "../../../operations/deployment/destroy-environment";
import { hearLines, run } from "../../support/command";

beforeEach(() => {
  hearLines();
  vi.spyOn(destruction, "destroyEnvironment").mockResolvedValue([]);
  vi.spyOn(destruction, "requireGone").mockResolvedValue();
});

test.each([
  ["no environment, though a variable may choose one", [], "missingArgument"],
  ["a second environment", ["dev", "blue"], "excessArguments"],
  ["a mistyped option", ["dev", "--all"], "unknownOption"],
])("%s destroys nothing", async (_, args, mistake) => {
  await expect(run(destroy, ...args)).rejects.toMatchObject({
    code: `commander.${mistake}`,
    exitCode: 1,
  });
  expect(destruction.destroyEnvironment).not.toHaveBeenCalled();
});

test("the named environment is destroyed, and then looked for once more", async () => {
  await run(destroy, "pr-7");
  expect(destruction.destroyEnvironment).toHaveBeenCalledTimes(1);
  const [target] = vi.mocked(destruction.destroyEnvironment).mock.lastCall ?? [];
  expect(target?.config.suffix).toBe("pr-7");
  expect(destruction.requireGone).toHaveBeenCalledWith([], target);
});
