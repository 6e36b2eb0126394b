import { EventEmitter } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeEach, expect, test, vi } from "vitest";
import { readSecretValue } from "../../../../operations/secrets/secret-value";
import { hearLines } from "../../../support/command";
import { refusal } from "../../../support/refusal";

/** A terminal on which somebody types. */
class Terminal extends EventEmitter {
  readonly isTTY = true;
  readonly modes: boolean[] = [];
  paused = true;
  setRawMode(raw: boolean): void {
    this.modes.push(raw);
  }
  resume(): void {
    this.paused = false;
  }
  pause(): void {
    this.paused = true;
  }
  // Only what comes without a terminal is read like this.
  [Symbol.asyncIterator](): AsyncIterator<Buffer> {
    throw new Error("read to its end");
  }
}

let terminal: Terminal;
beforeEach(() => {
  hearLines();
  terminal = new Terminal();
});

async function type(...parts: string[]): Promise<string> {
  const value = readSecretValue(terminal, "STRIPE_KEY of web in dev: ");
  for (const part of parts) terminal.emit("data", Buffer.from(part));
  return await value;
}

test.each<[string[], string]>([
  [["sesame\r"], "sesame"],
  [["s", "e", "s", "\r"], "ses"],
  [["sesame\n"], "sesame"],
  [["sesame\u0004"], "sesame"],
  [["sesamx\u007fe\r"], "sesame"],
  [["é\u007fe\r"], "e"],
  [["wrong\u0015right\r"], "right"],
  [["\u007f\u007fa\r"], "a"],
  [["pasted\r\n"], "pasted"],
  [["two words\tand a tab\r"], "two words\tand a tab"],
])("the line that is typed is the value, with its corrections: %j", async (parts, value) => {
  expect(await type(...parts)).toBe(value);
});

test("the terminal shows the prompt and nothing of the value, and is as before", async () => {
  const [shown, printed] = [process.stderr, process.stdout].map((stream) =>
    vi.spyOn(stream, "write").mockReturnValue(true),
  );
  await type("sesame\r");
  const texts = shown?.mock.calls.map(([text]) => String(text)) ?? [];
  expect(texts.join("")).toBe("STRIPE_KEY of web in dev: \n");
  expect(printed).not.toHaveBeenCalled();
  expect(terminal.modes).toEqual([true, false]);
  expect(terminal.paused).toBe(true);
  expect(terminal.listenerCount("data")).toBe(0);
});

test("somebody who types slowly has the whole line read", async () => {
  const value = readSecretValue(terminal, "?");
  terminal.emit("data", Buffer.from("ses"));
  // Longer than the rest of a paste is waited for.
  await sleep(150);
  terminal.emit("data", Buffer.from("ame\r"));
  expect(await value).toBe("sesame");
});

test("nothing is shown from before the prompt is there", async () => {
  vi.spyOn(process.stderr, "write").mockImplementation(() => {
    expect(terminal.modes[0]).toBe(true);
    return true;
  });
  expect(await type("sesame\r")).toBe("sesame");
});

test("Ctrl-C ends it, and the terminal is as before", async () => {
  await expect(type("ses\u0003")).rejects.toMatchObject({
    name: "Interrupted",
    message: "interrupted; nothing was set",
  });
  expect(terminal.modes).toEqual([true, false]);
});

test.each([[["first\rsecond\r"]], [["first\r", "second"]]])(
  "a paste of several lines is refused whole, so that no line of it gets to the shell: %j",
  async (parts) => {
    await expect(type(...parts)).rejects.toEqual(
      refusal("more than one line", "Give it on standard input"),
    );
  },
);

test("an arrow key is no part of a value", async () => {
  await expect(type("ses\u001b[D\r")).rejects.toEqual(
    refusal("such as an arrow", "Type or paste the value alone"),
  );
});

test("an empty line sets nothing", async () => {
  await expect(type("\r")).rejects.toThrow("The value is empty");
});
