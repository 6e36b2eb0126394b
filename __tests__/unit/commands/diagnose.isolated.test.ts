import { Command } from "commander";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { diagnose } from "../../../commands/diagnose";
import { findings, isWell } from "../../../operations/diagnosis/findings";
import { diagnoseService } from "../../../operations/diagnosis/service-diagnosis";

vi.mock("../../../operations/diagnosis/findings");
vi.mock("../../../operations/diagnosis/service-diagnosis");

let said: string[] = [];
beforeEach(() => {
  vi.resetAllMocks();
  said = [];
  vi.mocked(findings).mockReturnValue([]);
  vi.mocked(isWell).mockReturnValue(true);
  vi.spyOn(console, "log").mockReturnValue();
  vi.spyOn(console, "error").mockImplementation((line: string) => {
    said.push(line);
  });
});
afterEach(() => {
  process.exitCode = undefined;
});

async function diagnosed(...args: string[]): Promise<typeof process.exitCode> {
  const program = new Command("diagnose").exitOverride();
  diagnose(program);
  await program.parseAsync(args, { from: "user" });
  return process.exitCode;
}

describe("the exit code of a diagnosis", () => {
  test("is 0 if every service is well", async () => {
    expect(await diagnosed("dev", "flask-api", "fraud-detection")).toBe(0);
    expect(diagnoseService).toHaveBeenCalledTimes(2);
  });

  test("is 1 if one of them is not", async () => {
    vi.mocked(isWell).mockReturnValueOnce(true).mockReturnValueOnce(false);
    expect(await diagnosed("dev", "flask-api", "fraud-detection")).toBe(1);
  });

  test("is 1 if AWS cannot be asked", async () => {
    vi.mocked(diagnoseService).mockRejectedValue(new Error("no credentials"));
    expect(await diagnosed("dev")).toBe(1);
    expect(said).toEqual([
      expect.stringContaining("AWS could not be queried: Error: no credentials"),
    ]);
  });

  test("is 2 after a mistake, before AWS is asked", async () => {
    expect(await diagnosed("dev", "flask-app")).toBe(2);
    expect(said).toEqual([expect.stringContaining('"flask-app" is not in the catalogue')]);
    expect(await diagnosed("pord")).toBe(2);
    expect(diagnoseService).not.toHaveBeenCalled();
  });
});
