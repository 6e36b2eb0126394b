import { Command } from "commander";
import { beforeEach, expect, test, vi } from "vitest";
import { envs } from "../../../commands/envs";
import { PREVIEWS, readEnvironments } from "../../../operations/environments/environment-list";
import { readConfig } from "../../../project";

vi.mock("../../../operations/environments/environment-list", async (importOriginal) => ({
  ...(await importOriginal<object>()),
  readEnvironments: vi.fn(),
}));

const environment = (suffix: string, expired: boolean) => ({
  suffix,
  expired,
  resources: 9,
  url: undefined,
  since: undefined,
  expires: undefined,
});

let lines: string[] = [];
beforeEach(() => {
  lines = [];
  vi.spyOn(console, "log").mockImplementation((line: string) => {
    lines.push(line);
  });
  vi.mocked(readEnvironments).mockResolvedValue({
    config: readConfig({}).config,
    // The command takes none of them.
    clients: undefined as never,
    environments: [
      environment("dev", false),
      environment("pr-1", true),
      environment("pr-2", false),
    ],
  });
});

async function listed(...args: string[]): Promise<string[]> {
  const program = new Command("envs").exitOverride();
  program.configureOutput({ writeErr: () => undefined });
  envs(program);
  await program.parseAsync(args, { from: "user" });
  return lines;
}

test("the list of what destroy-expired would destroy has expired previews alone, one per line", async () => {
  expect(await listed("--expired")).toEqual(["pr-1"]);
  expect(readEnvironments).toHaveBeenCalledWith(PREVIEWS);
});

test("a list for programs has every environment", async () => {
  const [json = ""] = await listed("--json");
  expect(JSON.parse(json)).toMatchObject([
    { suffix: "dev" },
    { suffix: "pr-1" },
    { suffix: "pr-2" },
  ]);
  await expect(listed("--json", "--expired")).rejects.toMatchObject({
    code: "commander.conflictingOption",
  });
});
