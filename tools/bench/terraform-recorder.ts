import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { StackName } from "../../operations/terraform/terraform-process";
import { type Apply, readApply } from "./apply-log";

/** An apply of one of the stacks. */
export interface StackApply extends Apply {
  readonly stack: StackName;
}

/**
 * Keeps the events that Terraform prints: a program of its name, found before it on the PATH, that runs it and
 * copies the output of each apply to a file. So the platform is measured as it is.
 */
export class TerraformRecorder {
  /** To be the first of the PATH. */
  readonly bin: string;
  private readonly logs: string;

  constructor(folder: string, terraform: string) {
    this.bin = path.join(folder, "bin");
    this.logs = path.join(folder, "logs");
    mkdirSync(this.bin, { recursive: true });
    writeFileSync(path.join(this.bin, "terraform"), script(terraform, this.logs), { mode: 0o755 });
    this.clear();
  }

  /** Forgets the applies so far. */
  clear(): void {
    rmSync(this.logs, { recursive: true, force: true });
    mkdirSync(this.logs);
  }

  /** The applies since the last `clear`. */
  applies(): StackApply[] {
    return readdirSync(this.logs).map((file) => ({
      // The script names it after the folder in which the platform starts Terraform.
      stack: file.slice(0, file.indexOf(".")) as StackName,
      ...readApply(readFileSync(path.join(this.logs, file), "utf8")),
    }));
  }
}

/** Terraform takes the place of the shell, so that signals reach it and its exit code is kept. */
function script(terraform: string, logs: string): string {
  return `#!/usr/bin/env bash
if [ "\${1:-}" != apply ]; then exec ${quoted(terraform)} "$@"; fi
log=$(mktemp ${quoted(logs)}/"\${PWD##*/}".XXXXXX)
exec ${quoted(terraform)} "$@" > >(exec tee "$log")
`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
