import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { emulatorImageName } from "../../../../local/aws/emulator-image";

describe("the image of the local AWS", () => {
  let context: string;

  beforeEach(() => {
    context = mkdtempSync(path.join(tmpdir(), "emulator-"));
    writeFileSync(path.join(context, "Dockerfile"), "FROM python");
    writeFileSync(path.join(context, ".dockerignore"), "tests");
    writeFileSync(path.join(context, "start.py"), "one");
  });

  afterEach(() => {
    rmSync(context, { recursive: true });
  });

  test("the same sources have the same name", () => {
    expect(emulatorImageName(context)).toMatch(/^fargate-platform\/emulator:[0-9a-f]{16}$/);
    expect(emulatorImageName(context)).toBe(emulatorImageName(context));
  });

  test("a changed source changes the name, a changed test does not", () => {
    const before = emulatorImageName(context);
    writeFileSync(path.join(context, "tests"), "a test");
    expect(emulatorImageName(context)).toBe(before);
    writeFileSync(path.join(context, "start.py"), "two");
    expect(emulatorImageName(context)).not.toBe(before);
  });
});
