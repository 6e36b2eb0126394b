import { beforeEach, describe, expect, test, vi } from "vitest";
import { diagnose } from "../../../commands/diagnose";
import * as findings from "../../../operations/diagnosis/findings";
import * as diagnosis from "../../../operations/diagnosis/service-diagnosis";
import { hearLines, run } from "../../support/command";

let heard: ReturnType<typeof hearLines>;
beforeEach(() => {
  heard = hearLines();
  vi.spyOn(findings, "findings").mockReturnValue([]);
  vi.spyOn(findings, "isWell").mockReturnValue(true);
  // What it finds goes to the two above alone.
  vi.spyOn(diagnosis, "diagnoseService").mockResolvedValue(undefined as never);
});

describe("the exit code of a diagnosis", () => {
  test("is 0 if every service is well", async () => {
    expect(await run(diagnose, "dev", "flask-api", "fraud-detection")).toBe(0);
    expect(diagnosis.diagnoseService).toHaveBeenCalledTimes(2);
  });

  test("is 1 if one of them is not", async () => {
    vi.mocked(findings.isWell).mockReturnValueOnce(true).mockReturnValueOnce(false);
    expect(await run(diagnose, "dev", "flask-api", "fraud-detection")).toBe(1);
  });

  test("is 1 if AWS cannot be asked", async () => {
    vi.mocked(diagnosis.diagnoseService).mockRejectedValue(new Error("no credentials"));
    expect(await run(diagnose, "dev")).toBe(1);
    const words = "AWS could not be queried: Error: no credentials";
    expect(heard.err).toEqual([expect.stringContaining(words)]);
  });

  test("is 2 after a mistake, before AWS is asked", async () => {
    expect(await run(diagnose, "dev", "flask-app")).toBe(2);
    expect(heard.err).toEqual([expect.stringContaining('"flask-app" is not in the catalogue')]);
    expect(await run(diagnose, "pord")).toBe(2);
    expect(diagnosis.diagnoseService).not.toHaveBeenCalled();
  });
});
