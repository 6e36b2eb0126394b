import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { readConfig } from "../../../../project";
import { emulationProblems } from "../../../../stacks/images/emulation";
import { exitProgram } from "../../../../stacks/images/exit-program";
import { environmentsWith } from "../../../support/environments";

const ID = `sha256:${"a".repeat(64)}`;
const FOREIGN = "exec /exit: exec format error";

/** What an engine answers, by method and path; it remembers what it was asked. */
type Answers = Readonly<Record<string, readonly [status: number, body: unknown]>>;

const ANSWERS: Answers = {
  "GET /version": [200, { Os: "linux", Arch: "amd64" }],
  "POST /images/create": [200, { status: ID }],
  "POST /containers/create": [201, { Id: "c1" }],
  "POST /containers/c1/start": [204, ""],
  "POST /containers/c1/wait": [200, { StatusCode: 0 }],
  "GET /containers/c1/logs": [200, FOREIGN],
  "DELETE /containers/c1": [204, ""],
  [`DELETE /images/${ID}`]: [200, []],
};

const cleanUps: (() => void)[] = [];
afterEach(() => {
  vi.unstubAllEnvs();
  for (const cleanUp of cleanUps.splice(0)) cleanUp();
});

/** Starts an engine, as which `DOCKER_HOST` is set. */
async function engine(given: Answers): Promise<string[]> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const line = `${request.method ?? ""} ${decodeURIComponent(request.url ?? "").split("?")[0] ?? ""}`;
    asked.push(line);
    request.resume().on("end", () => {
      const [status, body] = { ...ANSWERS, ...given }[line] ?? [404, { message: line }];
      response.writeHead(status, { "Content-Type": "application/json" });
      response.end(typeof body === "string" ? body : JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanUps.push(() => server.close());
  const { port } = server.address() as AddressInfo;
  vi.stubEnv("DOCKER_HOST", `tcp://127.0.0.1:${port}`);
  return asked;
}

const problemsFor = async (architecture: "ARM64" | "X86_64") =>
  emulationProblems(readConfig({}, environmentsWith({ architecture })).config);

test.runIf(process.platform === "linux")("the program of this processor ends with 0", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "exit-"));
  const file = path.join(folder, "exit");
  writeFileSync(file, exitProgram(process.arch === "arm64" ? "arm64" : "amd64"));
  chmodSync(file, 0o755);
  expect(() => execFileSync(file)).not.toThrow();
  rmSync(folder, { recursive: true });
});

test("an engine whose own processor is that of the images runs nothing", async () => {
  const asked = await engine({});
  expect(await problemsFor("X86_64")).toEqual([]);
  expect(asked).toEqual(["GET /version"]);
});

test("an engine that runs the other processor's program emulates it, and keeps nothing", async () => {
  const asked = await engine({});
  expect(await problemsFor("ARM64")).toEqual([]);
  expect(asked.slice(-2)).toEqual(["DELETE /containers/c1", `DELETE /images/${ID}`]);
});

test.each<[string, Answers]>([
  ["in the log", { "POST /containers/c1/wait": [200, { StatusCode: 1 }] }],
  ["at the start", { "POST /containers/c1/start": [400, { message: FOREIGN }] }],
])("an engine that says %s that it cannot run it does not emulate", async (_, answers) => {
  const asked = await engine(answers);
  expect(await problemsFor("ARM64")).toEqual([
    "the engine runs linux/amd64 and does not emulate linux/arm64: it can neither build nor probe images for ARM64; let it emulate: docker run --privileged --rm tonistiigi/binfmt --install arm64; or use an engine on ARM64 (in GitHub Actions runs-on: ubuntu-24.04-arm), or set `architecture` to X86_64 in environments.ts",
  ]);
  expect(asked.slice(-2)).toEqual(["DELETE /containers/c1", `DELETE /images/${ID}`]);
});

test.each<[string, Answers]>([
  ["refuses the program's image", { "POST /images/create": [500, { message: "no" }] }],
  ["forbids containers", { "POST /containers/create": [403, { message: "no" }] }],
  [
    "ends it in another way",
    {
      "POST /containers/c1/wait": [200, { StatusCode: 137 }],
      "GET /containers/c1/logs": [200, ""],
    },
  ],
  ["answers no version", { "GET /version": [500, { message: "no" }] }],
  ["runs Windows", { "GET /version": [200, { Os: "windows", Arch: "amd64" }] }],
])("an engine that %s is not said to lack emulation", async (_, answers) => {
  await engine(answers);
  expect(await problemsFor("ARM64")).toEqual([]);
});

test("an engine that is not there, or has no valid address, is no problem of emulation", async () => {
  for (const address of ["tcp://127.0.0.1:1", "tcp://"]) {
    vi.stubEnv("DOCKER_HOST", address);
    expect(await problemsFor("ARM64")).toEqual([]);
  }
});
