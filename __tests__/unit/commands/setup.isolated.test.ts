import { Command } from "commander";
import { execa } from "execa";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { setup } from "../../../commands/setup";

vi.mock("execa");

beforeEach(() => {
  vi.resetAllMocks();
});
afterEach(() => {
  process.exitCode = undefined;
});

async function setUp(exitCode: number | undefined, ...args: string[]) {
  // Of its many results the command reads one member.
  vi.mocked(execa).mockResolvedValue({ exitCode } as never);
  const program = new Command("setup").exitOverride();
  setup(program);
  await program.parseAsync(args, { from: "user" });
  return process.exitCode;
}

test.each([
  ["done", 0, 0],
  ["refused or failed", 1, 1],
  ["ended from outside", undefined, 1],
])("a setup that is %s ends as cdktf does", async (_, code, ends) => {
  expect(await setUp(code)).toBe(ends);
});

test("a setup is applied only after somebody has seen its plan, unless --auto-approve is given", async () => {
  await setUp(0);
  await setUp(0, "--auto-approve");
  const approved = vi
    .mocked(execa)
    .mock.calls.map((call) => JSON.stringify(call).includes("--auto-approve"));
  expect(approved).toEqual([false, true]);
});
