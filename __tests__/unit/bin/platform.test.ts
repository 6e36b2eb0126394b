import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { PROJECT_FOLDER } from "../../../project";

test("a project below a name with a question mark is refused by name", () => {
  const name = "what?";
  const place = mkdtempSync(path.join(tmpdir(), "project-"));
  try {
    const program = path.join(place, name, "bin", "platform.mjs");
    mkdirSync(path.dirname(program), { recursive: true });
    copyFileSync(path.join(PROJECT_FOLDER, "bin", "platform.mjs"), program);
    const { status, stderr } = spawnSync(process.execPath, [program, "up"], { encoding: "utf8" });
    expect(stderr).toContain(`The project is in ${path.join(place, name)}, but tsx loads no`);
    expect(stderr).toContain("→ Move it to a folder");
    expect(status).toBe(1);
  } finally {
    rmSync(place, { recursive: true });
  }
});

/** Runs the front door as a user does. */
function platform(...args: string[]) {
  const program = path.join(PROJECT_FOLDER, "bin", "platform.mjs");
  return spawnSync(process.execPath, [program, ...args], { encoding: "utf8" });
}

test("a command that does not exist ends with 1, and says where to look", () => {
  const { status, stdout, stderr } = platform("destory");
  expect([status, stdout]).toEqual([1, ""]);
  expect(stderr).toContain("unknown command 'destory'");
  expect(stderr).toContain("Did you mean destroy?");
});

test("help is no failure", () => {
  const { status, stdout } = platform("destroy", "--help");
  expect(status).toBe(0);
  expect(stdout).toContain("<environment>");
});
