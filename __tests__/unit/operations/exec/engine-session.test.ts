import { once } from "node:events";
import { type IncomingMessage, type Server, createServer } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { PassThrough } from "node:stream";
import Docker from "dockerode";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Streams, connectEngine } from "../../../../operations/exec/engine-session";

const COMMAND = { runtimeId: "0123456789ab", words: ["/bin/sh", "-c", "id -u"] };

let server: Server;
/** Each request with what it says. */
let requests: { readonly path: string; readonly body: Record<string, unknown> }[];
/** What the command does with its connection. */
let program: (socket: Socket) => unknown;
/** The engine's answer to a command that it cannot make. */
let refused: { readonly status: number; readonly message: string } | undefined;

beforeEach(async () => {
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
  await once(server.listen(0, "127.0.0.1"), "listening");
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
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

/** Streams that pretend to be a terminal; the output may go elsewhere. */
function streams(outputIsTTY = true) {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const raw: boolean[] = [];
  Object.assign(input, { isTTY: true, setRawMode: (mode: boolean) => void raw.push(mode) });
  Object.assign(output, outputIsTTY ? { isTTY: true, rows: 40, columns: 120 } : {});
  // As much of a terminal as a session asks for.
  return { made: { input, output } as unknown as Streams, input, output, raw };
}
const connected = (given: Streams) => {
  // A server that listens on a port has an address with it.
  const { port } = server.address() as AddressInfo;
  return connectEngine(new Docker({ protocol: "http", host: "127.0.0.1", port }), COMMAND, given);
};

test("a command runs as root, at a terminal", async () => {
  const { made, output } = streams();
  program = (socket) => socket.end("0\r\n");
  await connected(made);
  expect(String(output.read())).toBe("0\r\n");
  expect(requests[0]).toEqual({
    path: "/containers/0123456789ab/exec",
    body: {
      Cmd: COMMAND.words,
      User: "0",
      Env: ["TERM=xterm-256color"],
      Tty: true,
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
    },
  });
  expect(output.writableEnded).toBe(false);
});

test("an input that is still open does not keep it from ending", async () => {
  const { made, input } = streams();
  program = (socket) => socket.end("done");
  await connected(made);
  expect(input.isPaused()).toBe(true);
});

describe("the terminal", () => {
  test.each([
    ["", true],
    [", also if what the command prints goes elsewhere", false],
  ])("sends each key, Ctrl-C too, and is as before afterwards%s", async (_, outputIsTTY) => {
    const { made, input, output, raw } = streams(outputIsTTY);
    program = (socket) => {
      socket.on("data", (key: Buffer) => socket.end(key.toString() === "\u0003" ? "^C" : "?"));
    };
    input.write("\u0003");
    await connected(made);
    expect(String(output.read())).toBe("^C");
    expect(requests.filter(({ path }) => path.includes("resize"))).toHaveLength(
      outputIsTTY ? 1 : 0,
    );
    expect(raw).toEqual([true, false]);
  });

  test("has a size, which the command knows, also when it changes", async () => {
    const { made, output } = streams();
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
  const { made, raw } = streams();
  await expect(connected(made)).rejects.toThrow(
    /could not run \/bin\/sh[^]*container is not running/,
  );
  expect(raw).toEqual([]);
});

test("a connection that breaks is not reported as a command that could not run", async () => {
  const { made, input, raw } = streams();
  program = (socket) => socket.on("data", () => socket.resetAndDestroy());
  input.write("a key");
  await expect(connected(made)).rejects.toThrow(
    /^The connection to \/bin\/sh broke: ECONNRESET[^]*may still run/,
  );
  expect(raw).toEqual([true, false]);
});
