import { setTimeout as sleep } from "node:timers/promises";
import { Interrupted } from "../terminal/interruption";
import { Refusal } from "../terminal/refusal";

/** A terminal's standard input, as far as it is needed here. */
export interface HiddenInput extends AsyncIterable<Buffer | string> {
  readonly isTTY: boolean;
  setRawMode(raw: boolean): unknown;
  on(event: "data", listener: (part: Buffer) => void): unknown;
  off(event: "data", listener: (part: Buffer) => void): unknown;
  resume(): unknown;
  pause(): unknown;
}

const CTRL_C = 0x03;
const CTRL_D = 0x04;
const BACKSPACE = [0x08, 0x7f];
const CTRL_U = 0x15;
const ENDS = [0x0a, 0x0d];
const TAB = 0x09;
const FIRST_VISIBLE = 0x20;

/** The rest of a paste arrives at once. */
const PASTE_MS = 100;

/**
 * Reads a line that the terminal does not show. Everything that comes with it is read too: the rest of a
 * paste of several lines would go to the shell, and to its history.
 *
 * @throws Refusal for more than a line, Interrupted by Ctrl-C
 */
export async function readHidden(input: HiddenInput, prompt: string): Promise<Buffer> {
  // Before the prompt: somebody may type as soon as it is there.
  input.setRawMode(true);
  process.stderr.write(prompt);
  const read: number[] = [];
  const isEnd = (byte: number) => byte === CTRL_C || byte === CTRL_D || ENDS.includes(byte);
  let listen: (part: Buffer) => void = () => undefined;
  try {
    await new Promise<void>((resolve) => {
      listen = (part) => {
        read.push(...part);
        if (part.some(isEnd)) resolve();
      };
      input.on("data", listen);
      input.resume();
    });
    await sleep(PASTE_MS);
  } finally {
    input.off("data", listen);
    input.setRawMode(false);
    input.pause();
    process.stderr.write("\n");
  }
  return lineOf(read);
}

/** The line, with its corrections made. */
function lineOf(read: readonly number[]): Buffer {
  const line: number[] = [];
  for (const [at, byte] of read.entries()) {
    if (byte === CTRL_C) throw new Interrupted("interrupted; nothing was set");
    if (byte === CTRL_U) line.length = 0;
    else if (BACKSPACE.includes(byte)) removeLast(line);
    else if (byte === CTRL_D || ENDS.includes(byte)) {
      const rest = read.slice(at + 1);
      if (rest.some((each) => !ENDS.includes(each))) throw severalLines();
      break;
    } else if (byte < FIRST_VISIBLE && byte !== TAB) throw controlCharacter();
    else line.push(byte);
  }
  return Buffer.from(line);
}

/** A character of UTF-8 has its first byte, and up to three more that start with the bits 10. */
function removeLast(line: number[]): void {
  let last = line.pop();
  while (last !== undefined && (last & 0xc0) === 0x80) last = line.pop();
}

function severalLines(): Refusal {
  return new Refusal(
    "The value has more than one line. Nothing was set.",
    "Give it on standard input: npx platform secret set … < FILE",
  );
}

function controlCharacter(): Refusal {
  return new Refusal(
    "A key of the terminal, such as an arrow, would be part of the value. Nothing was set.",
    "Type or paste the value alone; Backspace and Ctrl-U correct it.",
  );
}
