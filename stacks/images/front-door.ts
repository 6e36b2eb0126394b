import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { App, type TerraformStack } from "cdktf";

/** The front door of the project, whose commands Terraform runs through a file beside the stack. */
const PROGRAM = path.resolve(__dirname, "..", "..", "bin", "platform.mjs");

/**
 * Writes a program that runs a command of the front door, into the folder that Terraform runs in. The
 * stack names it by a relative path, so that a plan is the same in every checkout.
 *
 * @param file its path in the stack's folder
 */
export function writeProgram(stack: TerraformStack, file: string, command: string): void {
  const target = path.join(App.of(stack).outdir, "stacks", stack.node.id, ...file.split("/"));
  mkdirSync(path.dirname(target), { recursive: true });
  const words = [process.execPath, PROGRAM, command].map(quoted).join(" ");
  writeFileSync(target, `#!/bin/sh\nexec ${words} "$@"\n`, { mode: 0o755 });
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
