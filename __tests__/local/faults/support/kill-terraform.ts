import { readFileSync, readdirSync, readlinkSync } from "node:fs";
import path from "node:path";
import { stateFolder } from "../../../../local/aws/state-files";
import { PORT } from "../../e2e/support/checkout";

/** Whether the state of `platform` on disk has a resource of a type. */
export function hasSaved(checkout: string, type: string): boolean {
  const states = path.join(checkout, stateFolder(PORT));
  const files = readdirSync(states, { recursive: true, encoding: "utf8" });
  return files
    .filter((file) => file.endsWith("platform.tfstate"))
    .some((file) => readFileSync(path.join(states, file), "utf8").includes(`"type": "${type}"`));
}

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
