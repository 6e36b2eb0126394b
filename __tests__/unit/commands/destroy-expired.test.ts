import { beforeEach, describe, expect, test, vi } from "vitest";
import { destroyExpired } from "../../../commands/destroy-expired";
import * as destruction from "../../../operations/deployment/destroy-environment";
import * as list from "../../../operations/environments/environment-list";
import * as expiry from "../../../operations/environments/expiry";
import { Failure } from "../../../operations/terminal/run";
import { readConfig } from "../../../project";
import { hearLines, run } from "../../support/command";
import { deployed } from "../../support/deployed-environment";

const PAST = new Date("2020-01-01T00:00:00Z");

let heard: ReturnType<typeof hearLines>;
beforeEach(() => {
  heard = hearLines();
  vi.spyOn(list, "readEnvironments").mockResolvedValue({
    config: readConfig({}).config,
    // Only the spy below is given one of them.
    clients: { ecr: undefined } as never,
    environments: [deployed("dev"), deployed("pr-1", true), deployed("pr-2", true)],
  });
  vi.spyOn(expiry, "readExpiry").mockResolvedValue(PAST);
  vi.spyOn(destruction, "destroyEnvironment").mockResolvedValue([]);
  vi.spyOn(destruction, "requireGone").mockResolvedValue();
});

const destroyed = () =>
  vi.mocked(destruction.destroyEnvironment).mock.calls.map(([{ config }]) => config.suffix);

describe("destroy-expired", () => {
  test("destroys each expired preview, and looks for what is left of each", async () => {
    await expect(run(destroyExpired)).resolves.toBeUndefined();
    expect(list.readEnvironments).toHaveBeenCalledWith(list.PREVIEWS);
    expect(destroyed()).toEqual(["pr-1", "pr-2"]);
    expect(destruction.requireGone).toHaveBeenCalledTimes(2);
  });

  test("fails if something of a preview is left, after it has destroyed the others", async () => {
    vi.mocked(destruction.requireGone).mockRejectedValueOnce(new Failure(["a volume is left"]));
    await expect(run(destroyExpired)).rejects.toThrow("pr-1: a volume is left");
    expect(destroyed()).toEqual(["pr-1", "pr-2"]);
  });

  test("leaves what was deployed again since the list was read", async () => {
    vi.mocked(expiry.readExpiry).mockImplementation((_, { suffix }) =>
      Promise.resolve(suffix === "pr-1" ? undefined : PAST),
    );
    await run(destroyExpired);
    expect(destroyed()).toEqual(["pr-2"]);
  });

  test("without an expired preview is well, and says so", async () => {
    vi.mocked(expiry.readExpiry).mockRejectedValue(new Error("nothing is asked"));
    const { config, clients } = await list.readEnvironments();
    const environments = [deployed("dev"), deployed("pr-3")];
    vi.mocked(list.readEnvironments).mockResolvedValue({ config, clients, environments });
    await expect(run(destroyExpired)).resolves.toBeUndefined();
    expect(heard.out).toEqual(["No preview has expired."]);
  });

  test("takes no name, because it destroys by the expiry alone", async () => {
    await expect(run(destroyExpired, "dev")).rejects.toMatchObject({
      code: "commander.excessArguments",
      exitCode: 1,
    });
    expect(destroyed()).toEqual([]);
  });
});
