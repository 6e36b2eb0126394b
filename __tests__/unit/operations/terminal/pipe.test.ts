import { EventEmitter } from "node:events";
import { expect, test, vi } from "vitest";
import { endWithReader, endWithReaderUnlessHeard } from "../../../../operations/terminal/pipe";

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

test("a command that only prints ends without its reader, and one that listens itself goes on", () => {
  const output = new EventEmitter();
  const codes: number[] = [];
  endWithReaderUnlessHeard(output, (each) => void codes.push(each));
  const error = Object.assign(new Error("write"), { code: "EPIPE" });
  const listens = () => undefined;
  output.on("error", listens);
  output.emit("error", error);
  expect(codes).toEqual([]);
  output.off("error", listens);
  output.emit("error", error);
  expect(codes).toEqual([0]);
});
