import { Command } from "commander";
import { beforeEach, expect, test, vi } from "vitest";
import {
  destroyEnvironment,
  requireGone,
} from "../../../operations/deployment/destroy-environment";
import { destroy } from "../../../commands/destroy";

vi.mock("../../../operations/deployment/destroy-environment");

beforeEach(() => {
  vi.resetAllMocks();
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
});

async function destroyWith(...args: string[]): Promise<void> {
  const program = new Command("destroy").exitOverride();
  destroy(program);
  await program.parseAsync(args, { from: "user" });
}

test("an environment that is not named is not destroyed, though a variable may choose one", async () => {
  await expect(destroyWith()).rejects.toMatchObject({
    code: "commander.missingArgument",
    exitCode: 1,
  });
  expect(destroyEnvironment).not.toHaveBeenCalled();
});

test("a second environment, or a mistyped option, destroys nothing", async () => {
  await expect(destroyWith("dev", "blue")).rejects.toMatchObject({
    code: "commander.excessArguments",
  });
  await expect(destroyWith("dev", "--all")).rejects.toMatchObject({
    code: "commander.unknownOption",
  });
  expect(destroyEnvironment).not.toHaveBeenCalled();
});

test("the named environment is destroyed, and then looked for once more", async () => {
  vi.mocked(destroyEnvironment).mockResolvedValue([]);
  await destroyWith("pr-7");
  expect(destroyEnvironment).toHaveBeenCalledTimes(1);
  const target = expect.objectContaining({
    config: expect.objectContaining({ suffix: "pr-7" }) as unknown,
  }) as unknown;
  expect(destroyEnvironment).toHaveBeenCalledWith(target);
  expect(requireGone).toHaveBeenCalledWith([], target);
});
