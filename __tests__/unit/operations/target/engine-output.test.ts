import { PassThrough } from "node:stream";
import Docker from "dockerode";
import { describe, expect, test } from "vitest";
import { type EngineEvent, followed } from "../../../../operations/target/engine-answer";
import { textOf } from "../../../../operations/target/engine-log";
import { framed } from "../../../support/engine-log";

describe("the output of a pull or build", () => {
  function output(...events: readonly EngineEvent[]) {
    const stream = new PassThrough();
    for (const event of events) stream.write(`${JSON.stringify(event)}\n`);
    stream.end();
    return stream;
  }

  test("is seen event by event, up to its end", async () => {
    const seen: EngineEvent[] = [];
    const events = [{ status: "Pulling" }, { status: "Done", id: "a1" }];
    await followed(new Docker(), output(...events), (event) => seen.push(event));
    expect(seen).toEqual(events);
  });

  test("needs nobody who looks at it", async () => {
    await expect(followed(new Docker(), output({ stream: "Step 1" }))).resolves.toBeUndefined();
  });

  test("fails with the engine's reason, whatever follows it", async () => {
    const failing = output({ stream: "Step 1" }, { error: "exit code: 7" }, { stream: "after" });
    await expect(followed(new Docker(), failing)).rejects.toThrow(new Error("exit code: 7"));
  });

  test("fails if the connection breaks", async () => {
    const stream = new PassThrough();
    const following = followed(new Docker(), stream);
    stream.destroy(new Error("read ECONNRESET"));
    await expect(following).rejects.toThrow(new Error("read ECONNRESET"));
  });
});

describe("a container's log", () => {
  test("is the text of its frames, without the last line's end", () => {
    const frames = Buffer.concat([framed("started\n"), framed("wörd "), framed("by word\n")]);
    expect(textOf(frames)).toBe("started\nwörd by word");
  });

  test("may be empty, and may end with an empty frame or within a header", () => {
    expect(textOf(Buffer.alloc(0))).toBe("");
    expect(textOf(Buffer.concat([framed("end"), framed("")]))).toBe("end");
    expect(textOf(Buffer.concat([framed("end"), Buffer.alloc(7)]))).toBe("end");
  });
});
