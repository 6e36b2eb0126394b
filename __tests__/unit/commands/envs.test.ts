import { beforeEach, expect, test, vi } from "vitest";
import { envs } from "../../../commands/envs";
import * as list from "../../../operations/environments/environment-list";
import { readConfig } from "../../../project";
import { hearLines, run } from "../../support/command";
import { deployed } from "../../support/deployed-environment";

let heard: ReturnType<typeof hearLines>;
beforeEach(() => {
  heard = hearLines();
  vi.spyOn(list, "readEnvironments").mockResolvedValue({
    config: readConfig({}).config,
    // The command takes none of them.
    clients: undefined as never,
    environments: [deployed("dev"), deployed("pr-1", true), deployed("pr-2")],
  });
});

test("the list of what destroy-expired would destroy has expired previews alone, one per line", async () => {
  await run(envs, "--expired");
  expect(heard.out).toEqual(["pr-1"]);
  expect(list.readEnvironments).toHaveBeenCalledWith(list.PREVIEWS);
});

test("a list for programs has every environment", async () => {
  await run(envs, "--json");
  const suffixes = (JSON.parse(heard.out.join("")) as list.DeployedEnvironment[]).map(
    ({ suffix }) => suffix,
  );
  expect(suffixes).toEqual(["dev", "pr-1", "pr-2"]);
  await expect(run(envs, "--json", "--expired")).rejects.toMatchObject({
    code: "commander.conflictingOption",
  });
});
