import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { runOnce } from "../../../commands/run";
import * as oneOff from "../../../operations/tasks/one-off-task";
import * as interruption from "../../../operations/terminal/interruption";
import { Interrupted } from "../../../operations/terminal/interruption";
import { awsError } from "../../support/preflight";
import { hearLines, run } from "../../support/command";

let heard: ReturnType<typeof hearLines>;
beforeEach(() => {
  heard = hearLines();
  vi.spyOn(oneOff, "runOneOff").mockResolvedValue(0);
});

describe("a command in a service's container", () => {
  test("is passed word by word, its options with it, and its exit code is the command's", async () => {
    vi.mocked(oneOff.runOneOff).mockResolvedValue(42);
    const words = ["python", "-m", "flask_api.migrate", "--minutes", "$HOME; ls"];
    expect(await run(runOnce, "dev", "flask-api", "--", ...words)).toBe(42);
    expect(oneOff.runOneOff).toHaveBeenCalledWith(
      expect.objectContaining({ service: "flask-api", command: words, minutes: 60 }),
      expect.anything(),
      expect.anything(),
    );
  });

  test("has its log alone on stdout", async () => {
    vi.mocked(oneOff.runOneOff).mockImplementation(async (_, __, { print, report }) => {
      report("Task 0a1b");
      print("a line");
      return Promise.resolve(0);
    });
    await run(runOnce, "dev", "flask-api", "--", "true");
    expect(heard).toEqual({ out: ["a line"], err: ["Task 0a1b"] });
  });

  test("has a time limit", async () => {
    await run(runOnce, "dev", "flask-api", "--minutes", "5", "--", "true");
    expect(vi.mocked(oneOff.runOneOff).mock.calls[0]?.[0]).toMatchObject({ minutes: 5 });
    for (const minutes of ["0", "1441", "1.5", "soon"]) {
      const given = run(runOnce, "dev", "flask-api", "--minutes", minutes, "--", "true");
      await expect(given).rejects.toThrow("from 1 to 1440");
    }
  });
});

describe("it is refused before AWS is asked", () => {
  afterEach(() => {
    expect(oneOff.runOneOff).not.toHaveBeenCalled();
  });

  test("for a service that is not in the catalogue, with the nearest name", async () => {
    await expect(run(runOnce, "dev", "flask-app", "--", "true")).rejects.toThrow(
      /"flask-app" is not in the catalogue; did you mean flask-api\?/,
    );
  });

  test("for an unknown environment", async () => {
    await expect(run(runOnce, "pord", "flask-api", "--", "true")).rejects.toThrow(
      "did you mean prod?",
    );
  });

  test("without a command, which only a job needs not have", async () => {
    await expect(run(runOnce, "dev", "flask-api")).rejects.toMatchObject({
      message: "flask-api is no job, so there must be a command to run in its container.",
      fix: "npx platform run dev flask-api -- python --version",
    });
  });

  test("for a command that ECS does not take", async () => {
    const long = "x".repeat(8001);
    await expect(run(runOnce, "dev", "flask-api", "--", long)).rejects.toThrow("8000 characters");
  });
});

test("a caller whom AWS denies it is told the policy that allows it", async () => {
  const denied = awsError("AccessDeniedException", "not authorized to perform: ecs:RunTask");
  vi.mocked(oneOff.runOneOff).mockRejectedValue(denied);
  await expect(run(runOnce, "dev", "flask-api", "--", "true")).rejects.toThrow(
    /ecs:RunTask\n→ The caller needs the policy platform-run-/,
  );
});

test("a second Ctrl-C leaves a command to AWS with 130, once AWS was asked to stop it", async () => {
  const left = vi.spyOn(process, "exit").mockReturnValue(undefined as never);
  vi.mocked(oneOff.runOneOff).mockImplementation(async (_, __, { stopTaken }) => {
    const [words, again] = vi.mocked(interruption.stopOnInterrupt).mock.calls[0] ?? [];
    expect(words).toBe("Interrupted: it is being stopped. Ctrl-C again leaves it to AWS.");
    again?.();
    expect(left).not.toHaveBeenCalled();
    stopTaken?.("aws ecs stop-task");
    expect(left).toHaveBeenCalledWith(130);
    return Promise.resolve(0);
  });
  await run(runOnce, "dev", "flask-api", "--", "true");
  expect(heard.err.at(-1)).toContain("aws ecs stop-task");
});

test("an interruption stays one, for the exit code 130", async () => {
  vi.mocked(oneOff.runOneOff).mockRejectedValue(new Interrupted());
  await expect(run(runOnce, "dev", "flask-api", "--", "true")).rejects.toThrow(Interrupted);
});
