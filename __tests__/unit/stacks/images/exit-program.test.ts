import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { exitProgram } from "../../../../stacks/images/exit-program";

const HERE = process.arch === "arm64" ? "arm64" : "amd64";

test.runIf(process.platform === "linux")("a machine runs the program of its own processor", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "exit-program-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const file = path.join(folder, "program");
  writeFileSync(file, exitProgram(HERE), { mode: 0o755 });
  expect(spawnSync(file)).toMatchObject({ status: 0, signal: null });
});

test.each([
  ["amd64", 62, 9],
  ["arm64", 183, 12],
] as const)(
  "the program of %s is for that processor, with all of its bytes loaded",
  (processor, number, size) => {
    const program = exitProgram(processor);
    expect(program.subarray(0, 4).toString("latin1")).toBe("\x7fELF");
    expect(program.readUInt16LE(18)).toBe(number);
    expect(program).toHaveLength(120 + size);
    expect(program.readUInt32LE(96)).toBe(program.length);
  },
);
