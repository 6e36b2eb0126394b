import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  CUT_STATE,
  copyWhileRunning,
  keepingStates,
  restoreCutState,
} from "../../../../operations/terraform/cut-state";

const usual = { ...CUT_STATE };
let folder: string;
let file: string;
beforeEach(() => {
  Object.assign(CUT_STATE, { settled: 40, copyEvery: 20, againAfter: 5 });
  folder = mkdtempSync(path.join(tmpdir(), "cut-state-"));
  file = path.join(folder, "platform.tfstate");
});
afterEach(() => {
  Object.assign(CUT_STATE, usual);
  rmSync(folder, { recursive: true });
});

const state = (serial: number) => JSON.stringify({ version: 4, serial });
const serialOf = (name: string) => /"serial":(\d+)/.exec(readFileSync(name, "utf8"))?.[1];

/** Writes a file as of some seconds ago. */
function write(name: string, text: string, secondsAgo = 0) {
  writeFileSync(name, text);
  const then = Date.now() / 1000 - secondsAgo;
  utimesSync(name, then, then);
}

async function restored(): Promise<string[]> {
  const lines: string[] = [];
  await restoreCutState(file, (line) => void lines.push(line));
  return lines;
}

describe("a state that a killed Terraform has cut off", () => {
  test.each([
    ["emptied", ""],
    ["left half written", '{"version": 4, "resou'],
  ])("and %s is its last copy again", async (_, left) => {
    write(file, left);
    write(`${file}.backup`, state(7), 90);
    write(`${file}.whole`, state(31), 30);
    expect(await restored()).toEqual([
      "a killed Terraform has cut off its state; the last whole copy of it is back",
    ]);
    expect(serialOf(file)).toBe("31");
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test("is Terraform's own backup again where that is newer, whatever its number", async () => {
    write(file, "");
    write(`${file}.whole`, state(31), 600);
    write(`${file}.backup`, state(7), 90);
    await restored();
    expect(serialOf(file)).toBe("7");
  });

  test("is restored from no copy that is cut itself", async () => {
    write(file, "");
    write(`${file}.whole`, "", 30);
    write(`${file}.backup`, state(7), 90);
    await restored();
    expect(serialOf(file)).toBe("7");
  });

  test("before its first change is left as it is", async () => {
    write(file, "");
    expect(await restored()).toEqual([]);
    expect(readFileSync(file, "utf8")).toBe("");
  });
});

test("a whole state is left as it is, and so is one that is not there", async () => {
  write(`${file}.whole`, state(31));
  expect(await restored()).toEqual([]);
  expect(readdirSync(folder)).toEqual(["platform.tfstate.whole"]);
  write(file, state(32), 60);
  expect(await restored()).toEqual([]);
  expect(serialOf(file)).toBe("32");
});

test("a state that another Terraform writes at the moment is waited for", async () => {
  // It writes more often than this, however busy the machine is.
  CUT_STATE.settled = 60_000;
  write(file, "");
  write(`${file}.whole`, state(31));
  const writing = (async () => {
    for (let serial = 32; serial < 36; serial += 1) {
      await sleep(10);
      writeFileSync(file, serial < 35 ? `{"serial":${serial}` : state(serial));
    }
  })();
  expect(await restored()).toEqual([]);
  await writing;
  expect(serialOf(file)).toBe("35");
});

describe("while Terraform runs", () => {
  /** A run of Terraform, and how it ends. */
  function started() {
    const killed = new AbortController();
    const run = sleep(60_000, undefined, { signal: killed.signal });
    copyWhileRunning(file, run);
    return async () => {
      killed.abort();
      await run.catch(() => undefined);
    };
  }

  const untilCopied = async (serial: string) => {
    await vi.waitFor(() => {
      expect(serialOf(`${file}.whole`)).toBe(serial);
    }, 10_000);
  };

  test("its state is copied, each time that it is whole, and the copy stays if it is cut in the end", async () => {
    write(file, state(1));
    const end = started();
    await untilCopied("1");
    writeFileSync(file, "");
    await sleep(100);
    writeFileSync(file, state(2));
    await untilCopied("2");
    writeFileSync(file, "");
    await end();
    expect(serialOf(`${file}.whole`)).toBe("2");
    await restored();
    expect(serialOf(file)).toBe("2");
  });

  test("a copy that cannot be written ends nothing, and the next one is", async () => {
    mkdirSync(`${file}.whole`);
    write(file, state(1));
    const end = started();
    await sleep(100);
    expect(readdirSync(folder)).toEqual(["platform.tfstate", "platform.tfstate.whole"]);
    rmSync(`${file}.whole`, { recursive: true });
    writeFileSync(file, state(2));
    await untilCopied("2");
    await end();
  });

  test("the copy has a state's secrets, and goes once the state is whole in the end", async () => {
    write(file, state(1));
    const end = started();
    await untilCopied("1");
    expect(statSync(`${file}.whole`).mode & 0o777).toBe(0o600);
    await end();
    await vi.waitFor(() => {
      expect(readdirSync(folder)).toEqual(["platform.tfstate"]);
    });
  });
});

test("all states below a folder are restored before a run, and copied while it goes on", async () => {
  const deeper = path.join(folder, "app.terraform.io");
  mkdirSync(deeper);
  const states = [file, path.join(deeper, "workspaces.tfstate")];
  for (const each of states) {
    write(each, "");
    write(`${each}.backup`, state(7));
  }
  const lines: string[] = [];
  const result = await keepingStates(
    folder,
    (line) => void lines.push(line),
    async () => {
      expect(states.map(serialOf)).toEqual(["7", "7"]);
      await vi.waitFor(() => {
        expect(states.map((each) => serialOf(`${each}.whole`))).toEqual(["7", "7"]);
      }, 10_000);
      return "done";
    },
  );
  expect(result).toBe("done");
  expect(lines).toHaveLength(2);
});

test("a run whose states have no folder yet has none to keep", async () => {
  const none = path.join(folder, "none");
  const run = keepingStates(none, console.error, () => Promise.resolve("done"));
  await expect(run).resolves.toBe("done");
});
