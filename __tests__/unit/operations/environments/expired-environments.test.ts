import { expect, test, vi } from "vitest";
import {
  type Removal,
  destroyExpired,
} from "../../../../operations/environments/expired-environments";
import { Interrupted } from "../../../../operations/terminal/interruption";
import { Failure } from "../../../../operations/terminal/run";
import { awsError } from "../../../support/preflight";

const NOW = new Date("2026-11-24T06:00:00Z");
const OVER = new Date("2026-11-24T05:00:00Z");
const AHEAD = new Date("2026-11-24T07:00:00Z");

const environment = (suffix: string, expired: boolean) => ({
  suffix,
  expired,
  resources: 9,
  url: undefined,
  since: undefined,
  expires: "2026-11-24T05:00:00Z",
});
const LIST = [environment("dev", false), environment("pr-1", true), environment("pr-2", true)];

/** Records destroyed environments and reported lines; `given` replaces steps that succeed. */
function removal(given: Partial<Removal> = {}) {
  const destroyed: string[] = [];
  const lines: string[] = [];
  return {
    destroyed,
    lines,
    removal: {
      expiryOf: async () => Promise.resolve(OVER),
      destroy: async (suffix: string) => {
        destroyed.push(suffix);
        return Promise.resolve();
      },
      report: (line: string) => lines.push(line),
      now: () => NOW,
      ...given,
    },
  };
}

test("only expired environments are destroyed, one after the other", async () => {
  const { removal: all, destroyed, lines } = removal();
  await destroyExpired(LIST, all);
  expect(destroyed).toEqual(["pr-1", "pr-2"]);
  expect(lines).toEqual([
    "pr-1 expired at 2026-11-24T05:00:00Z.",
    "pr-2 expired at 2026-11-24T05:00:00Z.",
  ]);
});

test("a list without expired previews is reported as such", async () => {
  const { removal: all, destroyed, lines } = removal();
  await destroyExpired([environment("dev", false)], all);
  expect([destroyed, lines]).toEqual([[], ["No preview has expired."]]);
});

test.each([
  ["was deployed again after the list was read", AHEAD],
  ["has lost its expiry since then", undefined],
])("an environment that %s stays", async (_, expiry) => {
  const expiryOf = async (suffix: string) => Promise.resolve(suffix === "pr-1" ? expiry : OVER);
  const { removal: all, destroyed, lines } = removal({ expiryOf });
  await destroyExpired(LIST, all);
  expect(destroyed).toEqual(["pr-2"]);
  expect(lines).toContain("pr-1 stays: its expiry was extended or removed.");
});

test("an environment that fails does not stop the next one, and fails the command", async () => {
  const destroyed: string[] = [];
  const errors = [new Failure(["stack platform failed"]), awsError("AccessDenied", "not you")];
  const { removal: all } = removal({
    destroy: async (suffix) => {
      destroyed.push(suffix);
      return Promise.reject(errors[destroyed.length - 1] ?? new Error("a third environment"));
    },
  });
  await expect(destroyExpired(LIST, all)).rejects.toThrow(
    new Failure(["pr-1: stack platform failed", "pr-2: AccessDenied: not you"]),
  );
  expect(destroyed).toEqual(["pr-1", "pr-2"]);
});

test("an environment that is deployed again during its destruction keeps its remaining stacks", async () => {
  const expiries = [OVER, OVER, AHEAD];
  const stacks: string[] = [];
  const { removal: all } = removal({
    expiryOf: async () => Promise.resolve(expiries.shift()),
    destroy: async (_, stillExpired) => {
      for (const stack of ["platform", "images", "registry"]) {
        await stillExpired();
        stacks.push(stack);
      }
    },
  });
  await expect(destroyExpired([environment("pr-1", true)], all)).rejects.toThrow(
    new Failure(["pr-1: it was deployed again in the meantime; what is left of it stays"]),
  );
  expect(stacks).toEqual(["platform"]);
});

test("Ctrl-C stops before the next environment", async () => {
  const destroy = vi.fn().mockRejectedValue(new Interrupted());
  await expect(destroyExpired(LIST, removal({ destroy }).removal)).rejects.toThrow(Interrupted);
  expect(destroy).toHaveBeenCalledTimes(1);
});
