import { beforeEach, expect, test, vi } from "vitest";
import { envs } from "../../../commands/envs";
import * as list from "../../../operations/environments/environment-list";
import { table } from "../../../operations/terminal/table";
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

test("a list for people has a row for each environment, with what is known of it", async () => {
  const { config, clients, environments } = await list.readEnvironments();
  const prod = {
    ...deployed("prod"),
    resources: 91,
    since: "2026-11-20T10:11:12Z",
    url: "http://platform-prod-1.elb.amazonaws.com",
  };
  vi.mocked(list.readEnvironments).mockResolvedValue({
    config,
    clients,
    environments: [...environments, prod],
  });
  await run(envs);
  expect(list.readEnvironments).toHaveBeenLastCalledWith({});
  expect(heard.out).toEqual([
    `platform in ${config.region}`,
    table(
      ["environment", "resources", "since", "expires", "URL"],
      [
        ["dev", "9", "unknown", "never", "none yet"],
        ["pr-1", "9", "unknown", "2020-01-01T00:00:00Z, expired", "none yet"],
        ["pr-2", "9", "unknown", "never", "none yet"],
        ["prod", "91", prod.since, "never", prod.url],
      ],
    ),
  ]);
});

test("an account without an environment is named with its region", async () => {
  const { config, clients } = await list.readEnvironments();
  vi.mocked(list.readEnvironments).mockResolvedValue({ config, clients, environments: [] });
  await run(envs);
  expect(heard.out).toEqual([`Nothing of platform is deployed in ${config.region}.`]);
});
