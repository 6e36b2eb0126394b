import { describe, expect, test } from "vitest";
import { destroy } from "../../../commands/destroy";
import { logs } from "../../../commands/logs";
import { restartService } from "../../../commands/restart";
import { restore } from "../../../commands/restore";
import { runOnce } from "../../../commands/run";
import { status } from "../../../commands/status";
import { hearLines, run } from "../../support/command";

describe("a service in the place of the environment", () => {
  test.each([
    ["logs", logs, []],
    ["status", status, []],
    ["restart", restartService, ["dev"]],
    ["run", runOnce, ["dev"]],
    ["restore", restore, []],
    ["destroy", destroy, []],
  ] as const)("is refused by %s, with the order of both", async (_, command, more) => {
    hearLines();
    await expect(run(command, "flask-api", ...more)).rejects.toThrow(
      'flask-api is a service: name its environment first, as in "dev flask-api".',
    );
  });
});
