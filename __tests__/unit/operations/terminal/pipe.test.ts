import { EventEmitter } from "node:events";
import { expect, test, vi } from "vitest";
import { endWithReader, outliveReader } from "../../../../operations/terminal/pipe";

/** The code that a command ends with once its output fails. */
function exitCode(code: string): number | undefined {
  const output = new EventEmitter();
  const codes: number[] = [];
  endWithReader(output, (each) => void codes.push(each));
  output.emit("error", Object.assign(new Error("write"), { code }));
  return codes[0];
}

test("a command whose reader has left is done", () => {
  expect(exitCode("EPIPE")).toBe(0);
});

test("a command whose output cannot be written has failed, and says why", () => {
  const said = vi.spyOn(console, "error").mockReturnValue();
  expect(exitCode("ENOSPC")).toBe(1);
  expect(said).toHaveBeenCalledWith("The output could not be written: write");
  said.mockRestore();
});

test("a command outlives its reader, and has failed if its words are lost otherwise", () => {
  const said = vi.spyOn(console, "error").mockReturnValue();
  const output = new EventEmitter();
  const fail = vi.fn();
  outliveReader(output, fail);
  output.emit("error", Object.assign(new Error("write"), { code: "EPIPE" }));
  expect([fail, said].map(({ mock }) => mock.calls)).toEqual([[], []]);
  const full = new EventEmitter();
  outliveReader(full, fail);
  const lost = () => full.emit("error", Object.assign(new Error("no space"), { code: "ENOSPC" }));
  // On a standard error that is full or closed, what says so is lost as well.
  said.mockImplementation(lost);
  lost();
  expect(fail).toHaveBeenCalledOnce();
  expect(said).toHaveBeenCalledOnce();
  expect(said).toHaveBeenCalledWith("The output could not be written: no space");
  said.mockRestore();
});
