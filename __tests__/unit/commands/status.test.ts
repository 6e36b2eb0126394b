import { beforeEach, describe, expect, test, vi } from "vitest";
import { status } from "../../../commands/status";
import type { StatusEntry } from "../../../operations/status/entry";
import * as reading from "../../../operations/status/environment-status";
import * as watching from "../../../operations/status/status-watch";
import * as pipe from "../../../operations/terminal/pipe";
import { awsError } from "../../support/preflight";
import { hearLines, run } from "../../support/command";

const job = (well: boolean): StatusEntry => {
  return { name: "nightly", kind: "job", deployed: true, well, queues: [], lastRun: "failed" };
};

let heard: ReturnType<typeof hearLines>;
beforeEach(() => {
  heard = hearLines();
  vi.spyOn(reading, "environmentStatus").mockResolvedValue([job(true)]);
});

describe("the exit code of a status", () => {
  test("is 0 if all are well, and 1 if one is not", async () => {
    expect(await run(status, "dev")).toBe(0);
    vi.mocked(reading.environmentStatus).mockResolvedValue([job(true), job(false)]);
    expect(await run(status, "dev")).toBe(1);
  });

  test("is 2 after a mistake, before AWS is asked", async () => {
    expect(await run(status, "pord")).toBe(2);
    expect(reading.environmentStatus).not.toHaveBeenCalled();
  });

  test("is 130 after --watch was interrupted", async () => {
    vi.spyOn(watching, "watchStatus").mockResolvedValue();
    vi.spyOn(pipe, "endWithReader").mockReturnValue();
    expect(await run(status, "dev", "--watch")).toBe(130);
    expect(pipe.endWithReader).toHaveBeenCalledOnce();
  });
});

test("a request that AWS refuses ends the command, in whose front door it is put in words", async () => {
  vi.mocked(reading.environmentStatus).mockRejectedValue(
    awsError("AccessDeniedException", "denied"),
  );
  await expect(run(status, "dev")).rejects.toThrow("denied");
});

test("--json prints the facts", async () => {
  await run(status, "dev", "--json");
  expect(JSON.parse(heard.out.join("\n"))).toEqual([job(true)]);
});

test("--watch and --json exclude each other", async () => {
  await expect(run(status, "dev", "--json", "--watch")).rejects.toThrow("cannot be used with");
});
