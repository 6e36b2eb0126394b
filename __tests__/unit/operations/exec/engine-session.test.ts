import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { type IncomingMessage, type Server, createServer } from "node:http";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { PassThrough } from "node:stream";
import Docker from "dockerode";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Streams, connectEngine } from "../../../../operations/exec/engine-session";

const COMMAND = { runtimeId: "0123456789ab", words: ["/bin/sh", "-c", "id -u"] };

let folder: string;
let server: Server;
/** Each request with what it says. */
let requests: { readonly path: string; readonly body: Record<string, unknown> }[];
/** What the command does with its connection. */
let program: (socket: Socket) => unknown;
/** The engine's answer to a command that it cannot make. */
let refused: { readonly status: number; readonly message: string } | undefined;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "engine-"));
  requests = [];
  refused = undefined;
  server = createServer((request, response) => {
    void noted(request).then(() => {
      response.writeHead(refused?.status ?? (request.url?.includes("resize") ? 200 : 201), {
        "Content-Type": "application/json",
      });
      response.end(JSON.stringify(refused ?? { Id: "exec-1" }));
    });
  });
  server.on("upgrade", (request: IncomingMessage, socket: Socket) => {
    void noted(request, Number(request.headers["content-length"])).then(() => {
      socket.write("HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n");
      program(socket);
    });
  });
  await once(server.listen(path.join(folder, "engine.sock")), "listening");
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

async function noted(request: IncomingMessage, length?: number): Promise<void> {
  let text = "";
  // A connection that becomes the command's does not end.
  if (length !== 0) {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      text += chunk.toString();
      if (length !== undefined && text.length >= length) break;
    }
  }
  // Docker's API takes objects.
  const body = JSON.parse(text || "{}") as Record<string, unknown>;
  requests.push({ path: request.url ?? "", body });
}

/** A frame of the engine, which has both outputs on one connection. */
function frame(stream: 1 | 2, text: string): Buffer {
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(text.length, 4);
  return Buffer.concat([header, Buffer.from(text)]);
}

/** Streams that are no terminal, or pretend to be one. */
function streams(isTTY = false) {
  const made = [new PassThrough(), new PassThrough(), new PassThrough()] as const;
  const [input, output, errors] = made;
  const raw: boolean[] = [];
  const terminal = {
    isTTY,
    rows: 40,
    columns: 120,
    setRawMode: (mode: boolean) => void raw.push(mode),
  };
  Object.assign(input, terminal);
  Object.assign(output, terminal);
  // As much of a terminal as a session asks for.
  return { made: { input, output, errors } as unknown as Streams, input, output, errors, raw };
}
const connected = (given: Streams) =>
  connectEngine(new Docker({ socketPath: path.join(folder, "engine.sock") }), COMMAND, given);

describe("without a terminal", () => {
  test("a command runs as root, and its two outputs stay apart", async () => {
    const { made, output, errors } = streams();
    program = (socket) => socket.end(Buffer.concat([frame(1, "0\n"), frame(2, "a warning\n")]));
    await connected(made);
    expect(String(output.read())).toBe("0\n");
    expect(String(errors.read())).toBe("a warning\n");
    expect(requests[0]).toEqual({
      path: "/containers/0123456789ab/exec",
      body: expect.objectContaining({ Cmd: COMMAND.words, User: "0", Tty: false }),
    });
  });

  test("it reads what comes in, and ends with its input", async () => {
    const { made, input, output } = streams();
    program = (socket) => {
      socket.on("data", (text: Buffer) => socket.write(frame(1, text.toString().toUpperCase())));
      socket.on("end", () => socket.end());
    };
    input.end("hello\n");
    await connected(made);
    expect(String(output.read())).toBe("HELLO\n");
  });

  test("an input that is still open does not keep it from ending", async () => {
    const { made, input } = streams();
    program = (socket) => socket.end(frame(1, "done\n"));
    await connected(made);
    expect(input.isPaused()).toBe(true);
  });
});

describe("at a terminal", () => {
  test("each key reaches the command, Ctrl-C too, and the terminal is as before afterwards", async () => {
    const { made, input, output, raw } = streams(true);
    program = (socket) => {
      socket.on("data", (key: Buffer) => socket.end(key.toString() === "\u0003" ? "^C" : "?"));
    };
    input.write("\u0003");
    await connected(made);
    expect(String(output.read())).toBe("^C");
    expect(raw).toEqual([true, false]);
  });

  test("the command knows the size of the terminal, also when it changes", async () => {
    const { made, output } = streams(true);
    const sizes = () => requests.map(({ path }) => path).filter((path) => path.includes("resize"));
    program = async (socket) => {
      await vi.waitFor(() => {
        expect(sizes()).toHaveLength(1);
      });
      Object.assign(output, { rows: 50 });
      output.emit("resize");
      await vi.waitFor(() => {
        expect(sizes()).toHaveLength(2);
      });
      socket.end();
    };
    await connected(made);
    expect(sizes()).toEqual(["/exec/exec-1/resize?h=40&w=120", "/exec/exec-1/resize?h=50&w=120"]);
    expect(output.listenerCount("resize")).toBe(0);
  });
});

test("what the engine refuses is a failure with its words, and leaves the terminal alone", async () => {
  refused = { status: 409, message: "container is not running" };
  const { made, raw } = streams(true);
  await expect(connected(made)).rejects.toThrow(
    /could not run \/bin\/sh[^]*container is not running/,
  );
  expect(raw).toEqual([]);
});
