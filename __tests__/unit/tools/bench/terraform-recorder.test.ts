import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { TerraformRecorder } from "../../../../tools/bench/terraform-recorder";

const folder = mkdtempSync(path.join(tmpdir(), "bench recorder's-"));
const stack = path.join(folder, "stacks", "platform");
let recorder: TerraformRecorder;

/** Stands for Terraform: prints an event and its arguments, and ends with 3. */
const program = `#!/usr/bin/env bash
echo '{"type":"apply_start","@timestamp":"2026-12-01T00:00:00Z","hook":{"resource":{"addr":"aws_lb.a"}}}'
echo '{"type":"apply_complete","@timestamp":"2026-12-01T00:01:00Z","hook":{"resource":{"addr":"aws_lb.a"}}}'
echo "$# arguments: $*"
exit 3
`;

beforeAll(() => {
  mkdirSync(stack, { recursive: true });
  const terraform = path.join(folder, "the program");
  writeFileSync(terraform, program, { mode: 0o755 });
  recorder = new TerraformRecorder(path.join(folder, "recorded"), terraform);
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe("Terraform, recorded", () => {
  const terraform = (...args: string[]) =>
    execa(path.join(recorder.bin, "terraform"), args, { cwd: stack, reject: false });

  test("prints and ends as ever, and its apply is kept with the stack's name", async () => {
    const { stdout, exitCode } = await terraform("apply", "-json", "a b");
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(/\n3 arguments: apply -json a b$/);
    const [apply, ...others] = recorder.applies();
    expect(others).toEqual([]);
    expect(apply?.stack).toBe("platform");
    expect(apply?.operations.map(({ began, ended }) => ended - began)).toEqual([60_000]);
  });

  test("keeps nothing else: the output of other commands has secrets", async () => {
    recorder.clear();
    const { exitCode } = await terraform("state", "pull");
    expect(exitCode).toBe(3);
    expect(recorder.applies()).toEqual([]);
  });
});
