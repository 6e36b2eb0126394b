import { execFileSync } from "node:child_process";
import {
  chmodSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { buffer } from "node:stream/consumers";
import { finished } from "node:stream/promises";
import tar from "tar-fs";
import { afterEach, expect, test, vi } from "vitest";
import { readConfig } from "../../../../project";
import { emulationProblems } from "../../../../stacks/images/emulation";
import { exitProgram } from "../../../../stacks/images/exit-program";
import { environmentsWith } from "../../../support/environments";

const ID = `sha256:${"a".repeat(64)}`;
const FOREIGN = "exec /exit: exec format error";

/** What an engine answers, by method and path; nothing if it is late. */
type Answers = Readonly<Record<string, readonly [status: number, body: unknown] | "late">>;

const CONTAINER_GONE = "DELETE /containers/c1";
const IMAGE_GONE = `DELETE /images/${ID}`;

const ANSWERS: Answers = {
  "GET /version": [200, { Os: "linux", Arch: "amd64" }],
  "POST /images/create": [200, { status: ID }],
  "POST /containers/create": [201, { Id: "c1" }],
  "POST /containers/c1/start": [204, ""],
  "POST /containers/c1/wait": [200, { StatusCode: 0 }],
  "GET /containers/c1/logs": [200, FOREIGN],
  [CONTAINER_GONE]: [204, ""],
  [IMAGE_GONE]: [200, []],
};

/** A program that cannot run, if anybody asks. */
const FAILS: Answers = { "POST /containers/c1/wait": [200, { StatusCode: 1 }] };

const cleanUps: (() => void)[] = [];
afterEach(() => {
  vi.unstubAllEnvs();
  for (const cleanUp of cleanUps.splice(0)) cleanUp();
});

/** What an engine was asked: the method and path alone, and with the parameters, and each body. */
interface Asked {
  readonly lines: string[];
  readonly urls: string[];
  readonly bodies: Map<string, Buffer>;
}

/** Starts an engine, as which `DOCKER_HOST` is set. Where it is late, the limit is over. */
async function engine(given: Answers): Promise<Asked> {
  const asked: Asked = { lines: [], urls: [], bodies: new Map() };
  const limit = new AbortController();
  vi.spyOn(AbortSignal, "timeout").mockReturnValueOnce(limit.signal);
  const server = createServer((request, response) => {
    const url = decodeURIComponent(request.url ?? "");
    const line = `${request.method ?? ""} ${url.split("?")[0] ?? ""}`;
    asked.lines.push(line);
    asked.urls.push(url);
    void buffer(request).then((body) => {
      asked.bodies.set(line, body);
      const answer = { ...ANSWERS, ...given }[line] ?? [404, { message: line }];
      if (answer === "late") {
        limit.abort();
        return;
      }
      const [status, content] = answer;
      response.writeHead(status, { "Content-Type": "application/json" });
      response.end(typeof content === "string" ? content : JSON.stringify(content));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanUps.push(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  vi.stubEnv("DOCKER_HOST", `tcp://127.0.0.1:${port}`);
  return asked;
}

/** A new folder, which is removed after the test. */
function folder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "emulation-"));
  cleanUps.push(() => {
    rmSync(folder, { recursive: true });
  });
  return folder;
}

const problemsFor = async (architecture: "ARM64" | "X86_64") =>
  emulationProblems(readConfig({}, environmentsWith({ architecture })).config);

test.runIf(process.platform === "linux")("the program of this processor ends with 0", () => {
  const file = path.join(folder(), "exit");
  writeFileSync(file, exitProgram(process.arch === "arm64" ? "arm64" : "amd64"));
  chmodSync(file, 0o755);
  expect(() => execFileSync(file)).not.toThrow();
});

test("an engine whose own processor is that of the images runs nothing", async () => {
  const asked = await engine({});
  expect(await problemsFor("X86_64")).toEqual([]);
  expect(asked.lines).toEqual(["GET /version"]);
});

test("an engine that runs the other processor's program emulates it, and keeps nothing", async () => {
  const asked = await engine({});
  expect(await problemsFor("ARM64")).toEqual([]);
  expect(asked.lines.slice(-2)).toEqual([CONTAINER_GONE, IMAGE_GONE]);
});

test("the program is an image of its own, and runs without a network", async () => {
  const [temporary, imported] = [folder(), folder()];
  vi.stubEnv("TMPDIR", temporary);
  const asked = await engine({});
  await problemsFor("ARM64");
  expect(readdirSync(temporary)).toEqual([]);
  const unpacked = tar.extract(imported);
  unpacked.end(asked.bodies.get("POST /images/create"));
  await finished(unpacked);
  expect(readdirSync(imported)).toEqual(["exit"]);
  const file = path.join(imported, "exit");
  expect(readFileSync(file)).toEqual(exitProgram("arm64"));
  expect(statSync(file).mode & 0o777).toBe(0o755);
  const container = asked.bodies.get("POST /containers/create")?.toString() ?? "";
  expect(JSON.parse(container)).toEqual({
    Image: ID,
    Cmd: ["/exit"],
    HostConfig: { NetworkMode: "none" },
  });
  expect(asked.urls).toContain("/containers/c1?force=true");
});

test("why the program failed may be in either stream of its log", async () => {
  const asked = await engine(FAILS);
  await problemsFor("ARM64");
  expect(asked.urls).toContain("/containers/c1/logs?stdout=true&stderr=true");
});

test.each<[string, Answers]>([
  ["in the log", FAILS],
  ["at the start", { "POST /containers/c1/start": [400, { message: FOREIGN }] }],
])("an engine that says %s that it cannot run it does not emulate", async (_, answers) => {
  const asked = await engine(answers);
  expect(await problemsFor("ARM64")).toEqual([
    "the engine runs linux/amd64 and does not emulate linux/arm64: it can neither build nor probe images for ARM64; let it emulate: docker run --privileged --rm tonistiigi/binfmt --install arm64; or use an engine on ARM64 (in GitHub Actions runs-on: ubuntu-24.04-arm), or set `architecture` to X86_64 in environments.ts",
  ]);
  expect(asked.lines.slice(-2)).toEqual([CONTAINER_GONE, IMAGE_GONE]);
});

test("an engine of ARM is asked for emulation of the other processor", async () => {
  await engine({
    "GET /version": [200, { Os: "linux", Arch: "arm64" }],
    "POST /containers/c1/start": [400, { message: FOREIGN }],
  });
  expect(await problemsFor("X86_64")).toEqual([
    expect.stringContaining("or set `architecture` to ARM64 in environments.ts"),
  ]);
});

test.each<[string, Answers]>([
  ["refuses the program's image", { "POST /images/create": [500, { message: "no" }] }],
  ["imports nothing", { ...FAILS, "POST /images/create": [200, { error: "no" }] }],
  ["cannot start containers", { "POST /containers/c1/start": [500, { message: "no" }] }],
  ["forbids containers", { "POST /containers/create": [403, { message: "no" }] }],
  [
    "ends it in another way",
    {
      "POST /containers/c1/wait": [200, { StatusCode: 137 }],
      "GET /containers/c1/logs": [200, ""],
    },
  ],
  ["answers no version", { "GET /version": [500, { message: "no" }] }],
  ["runs Windows", { ...FAILS, "GET /version": [200, { Os: "windows", Arch: "amd64" }] }],
])("an engine that %s is not said to lack emulation", async (_, answers) => {
  await engine(answers);
  expect(await problemsFor("ARM64")).toEqual([]);
});

test.each<[string, readonly string[], Answers?]>([
  ["POST /images/create", []],
  ["POST /containers/create", [IMAGE_GONE]],
  ["POST /containers/c1/start", [CONTAINER_GONE, IMAGE_GONE]],
  ["POST /containers/c1/wait", [CONTAINER_GONE, IMAGE_GONE]],
  ["GET /containers/c1/logs", [CONTAINER_GONE, IMAGE_GONE], FAILS],
])(
  "an engine that never answers %s is given up, and what it has made is removed",
  async (late, gone, answers) => {
    const asked = await engine({ ...answers, [late]: "late" });
    expect(await problemsFor("ARM64")).toEqual([]);
    expect(asked.lines.slice(asked.lines.indexOf(late) + 1)).toEqual(gone);
  },
);

test("an engine that is not there, or has no valid address, is no problem of emulation", async () => {
  for (const address of ["tcp://127.0.0.1:1", "tcp://"]) {
    vi.stubEnv("DOCKER_HOST", address);
    expect(await problemsFor("ARM64")).toEqual([]);
  }
});
