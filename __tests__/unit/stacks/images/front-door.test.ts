import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import { App, TerraformStack, Testing } from "cdktf";
import { afterEach, expect, test } from "vitest";
import { writeScanner } from "../../../../stacks/images/scan";
import { writeSigner } from "../../../../stacks/images/signature";

const { execPath } = process;
afterEach(() => {
  process.execPath = execPath;
});

/** The path of a program that is written beside the stack. */
const written = (write: (stack: TerraformStack) => void, file: string) => {
  const stack = new TerraformStack(Testing.app(), "images");
  write(stack);
  return path.join(App.of(stack).outdir, "stacks", "images", file);
};

test.each([
  [writeScanner, "scan-image"],
  [writeSigner, "sign-image"],
  [writeSigner, "verify-image"],
])(
  "%o writes the program %s beside the stack, which is that command of the front door",
  (write, file) => {
    const program = written(write, file);
    expect(statSync(program).mode & 0o777).toBe(0o755);
    expect(readFileSync(program, "utf8")).toMatch(
      new RegExp(`^#!/bin/sh\nexec '.+' '/.+/bin/platform.mjs' '${file}' "\\$@"\n$`),
    );
  },
);

test("a path with a space or a quote is one word of the program", () => {
  process.execPath = "/it's a node";
  expect(readFileSync(written(writeScanner, "scan-image"), "utf8")).toContain(
    String.raw`exec '/it'\''s a node' '`,
  );
});
