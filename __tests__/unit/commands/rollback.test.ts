import { beforeEach, expect, test, vi } from "vitest";
import { rollbackService } from "../../../commands/rollback";
import * as operation from "../../../operations/rollouts/rollback";
import * as interruption from "../../../operations/terminal/interruption";
import * as phases from "../../../operations/terminal/phases";
import { hearLines, run } from "../../support/command";

let heard: ReturnType<typeof hearLines>;
beforeEach(() => {
  heard = hearLines();
  vi.spyOn(operation, "rollBack").mockResolvedValue({
    from: { revision: "platform-web-dev:5", image: "build-new" },
    to: { revision: "platform-web-dev:6", image: "build-old" },
  });
  vi.spyOn(phases, "runPhases").mockImplementation(async (all) => {
    for (const each of all) await each.run(() => undefined);
    return [];
  });
});

test("a rollback ends with what to revert, and that migrations stay", async () => {
  await run(rollbackService, "dev", "flask-api");
  expect(heard.out.join("\n").split("\n")).toEqual([
    "flask-api runs platform-web-dev:6 (build-old) in the place of platform-web-dev:5 (build-new).",
    "Migrations are not undone: its database stays as it is.",
    "→ The next `npx platform deploy dev` deploys what the commit says. If that is build-new, revert it first.",
  ]);
  expect(vi.mocked(operation.rollBack).mock.calls[0]?.[0]).toMatchObject({
    service: "flask-api",
    to: undefined,
  });
});

test("a service without a database has no migrations to speak of", async () => {
  await run(rollbackService, "dev", "fraud-detection");
  expect(heard.out.join("\n")).not.toContain("Migrations");
});

test("--to takes the number of a revision and nothing else", async () => {
  await run(rollbackService, "dev", "flask-api", "--to", "4");
  expect(vi.mocked(operation.rollBack).mock.calls[0]?.[0]).toMatchObject({ to: 4 });
  for (const given of ["0", "-1", "1.5", "platform-web-dev:4", ""]) {
    const refused = run(rollbackService, "dev", "flask-api", "--to", given);
    await expect(refused).rejects.toThrow("It must be the number of a revision, such as 4.");
  }
});

test("a mistyped service is refused before AWS is asked", async () => {
  await expect(run(rollbackService, "dev", "flask-app")).rejects.toThrow("did you mean flask-api?");
  expect(operation.rollBack).not.toHaveBeenCalled();
});

test("a second Ctrl-C ends the command with 130, and leaves the service to ECS", async () => {
  const left = vi.spyOn(process, "exit").mockReturnValue(undefined as never);
  await run(rollbackService, "dev", "flask-api");
  const [, again] = vi.mocked(interruption.stopOnInterrupt).mock.calls.at(-1) ?? [];
  again?.();
  expect(left).toHaveBeenCalledWith(130);
});
