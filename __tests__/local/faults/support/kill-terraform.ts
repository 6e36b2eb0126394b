import { readFileSync, readdirSync, readlinkSync } from "node:fs";
import path from "node:path";

/** Kills the Terraform process that applies a stack of a checkout, and no other. */
export function killTerraform(checkout: string): void {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const found = pids.filter((pid) => appliesIn(checkout, path.join("/proc", pid)));
  if (found.length === 0) throw new Error(`no Terraform applies a stack in ${checkout}`);
  for (const pid of found) process.kill(Number(pid), "SIGKILL");
}

function appliesIn(checkout: string, status: string): boolean {
  try {
    const [program = "", command] = readFileSync(path.join(status, "cmdline"), "utf8").split("\0");
    const folder = readlinkSync(path.join(status, "cwd"));
    const isTerraform = path.basename(program) === "terraform" && command === "apply";
    return isTerraform && folder.startsWith(`${checkout}${path.sep}`);
  } catch {
    // It has ended meanwhile, or belongs to another user.
    return false;
  }
}
