import { Command } from "commander";
import { expect, test, vi } from "vitest";

vi.mock("../../../services", () => ({ services: { broken: null } }));

const { doctor } = await import("../../../commands/doctor");

test("a service that is no object is a line of the report", async () => {
  const lines: string[] = [];
  vi.spyOn(console, "log").mockImplementation((line: string) => lines.push(line));
  vi.spyOn(process, "exit").mockImplementation((code) => {
    throw new Error(`exit ${code}`);
  });
  const program = new Command("doctor");
  doctor(program);
  await expect(program.parseAsync([], { from: "user" })).rejects.toThrow("exit 2");
  expect(lines.join("\n")).toContain(
    "✖ Catalogue and build contexts: services: broken is null; it must be a service",
  );
});
