import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { PROJECT_FOLDER } from "../../../../project";

let folder = "";
const children: ChildProcess[] = [];
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "run-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

const from = (file: string) => JSON.stringify(path.join(PROJECT_FOLDER, "operations", file));

/** Starts a program whose command has this body, as the front door starts a command. */
function start(body: string) {
  const file = path.join(folder, "command.cts");
  writeFileSync(
    file,
    `
import { Failure, run } from ${from("terminal/run")};
import { Refusal } from ${from("terminal/refusal")};
import { stopOnInterrupt } from ${from("terminal/interruption")};
void [Failure, Refusal, stopOnInterrupt];
run(async () => {${body}});
`,
  );
  const child = spawn(process.execPath, ["--require", "tsx/cjs", file], { cwd: PROJECT_FOLDER });
  children.push(child);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  return {
    child,
    said: () => output,
    /** Resolves once the program has printed a text. */
    until: async (text: string) => {
      while (!output.includes(text)) {
        await Promise.race([once(child.stdout, "data"), once(child.stderr, "data")]);
      }
    },
    ended: async () => {
      const [code] = (await once(child, "close")) as [number | null];
      return code;
    },
  };
}

describe("a command ends", () => {
  test.each([
    ["with 0 once it is done", "", 0, ""],
    [
      "with 1 and the fix, if it was refused",
      'throw new Refusal("no engine", "start it");',
      1,
      "\nno engine\n→ start it\n",
    ],
    [
      "with 1 and every line of its failure",
      'throw new Failure(["dev is not well:", "→ deploy it"]);',
      1,
      "\ndev is not well:\n→ deploy it\n",
    ],
  ])("%s", async (_, body, code, output) => {
    const command = start(body);
    expect(await command.ended()).toBe(code);
    expect(command.said()).toBe(output);
  });

  test("with 1 and a stack trace after a defect alone", async () => {
    const command = start('throw new TypeError("no such member");');
    expect(await command.ended()).toBe(1);
    expect(command.said()).toMatch(/^TypeError: no such member\n\s+at .*command\.cts/);
  });

  test.each(["stdout", "stderr"] as const)(
    "with its own code when nobody reads its %s any more",
    async (stream) => {
      const command = start(`
        console.log("ready");
        await new Promise((resolve) => process.stdin.once("data", resolve));
        process.stdin.destroy();
        for (let line = 0; line < 5; line++) {
          console.log("line");
          console.error("line");
          await new Promise((resolve) => setTimeout(resolve, 10));
        }
        throw new Failure(["The service is not well."]);
      `);
      await command.until("ready");
      command.child[stream].destroy();
      command.child.stdin.write("go on\n");
      expect(await command.ended()).toBe(1);
      expect(command.said()).not.toMatch(/EPIPE| at /);
    },
  );

  // The shell's code for a Ctrl-C: whoever waits for a command can tell it from a failure.
  test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
    "with 130 after %s, once what it does has ended, however often the signal comes",
    async (signal) => {
      const command = start(`
        const stopped = stopOnInterrupt();
        process.stdin.once("data", () => process.stdin.destroy());
        console.log("ready");
        await new Promise((resolve) => process.stdin.once("close", resolve));
        stopped.throwIfAborted();
      `);
      await command.until("ready");
      command.child.kill(signal);
      await command.until("Terraform ends what it can");
      command.child.kill(signal);
      command.child.stdin.write("Terraform has ended\n");
      expect(await command.ended()).toBe(130);
      expect(command.said().match(/Interrupted/g)).toHaveLength(1);
      expect(command.said()).toContain("the same command continues from here");
      expect(command.said()).not.toContain(" at ");
    },
  );

  test("by a second Ctrl-C if it has one, which a signal that npx passes on is not", async () => {
    const command = start(`
      stopOnInterrupt("stopped", () => process.exit(3));
      console.log("ready");
      await new Promise((resolve) => setTimeout(resolve, 60_000));
    `);
    await command.until("ready");
    command.child.kill("SIGINT");
    await command.until("stopped");
    command.child.kill("SIGINT");
    await sleep(700);
    expect(command.child.exitCode).toBeNull();
    command.child.kill("SIGINT");
    expect(await command.ended()).toBe(3);
  });
});
