import { once } from "node:events";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, type Server, createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { isMainThread } from "node:worker_threads";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { connectPlugin, requirePlugin } from "../../../../operations/exec/session-plugin";

const SESSION = { sessionId: "s-1", streamUrl: "", tokenValue: "the token" };
const PLACE = {
  region: "eu-west-1",
  profile: "work",
  proxy: "",
  target: "ecs:platform-dev_0a_0a-1",
};
const INSTALLATION = /session-manager-working-with-install-plugin/;

let folder: string;
/** The host of the session's stream. */
let host: Server;
let session: typeof SESSION;
beforeEach(async () => {
  host = createServer((socket) => socket.on("error", () => undefined).resume());
  await once(host.listen(0, "127.0.0.1"), "listening");
  // A server that listens on a port has an address with it.
  const { port } = host.address() as AddressInfo;
  session = { ...SESSION, streamUrl: `wss://127.0.0.1:${port}/v1/data-channel/s-1?role=publish` };
  folder = mkdtempSync(path.join(tmpdir(), "plugin-"));
  vi.stubEnv("PATH", `${folder}:/usr/bin:/bin`);
});
afterEach(() => {
  vi.unstubAllEnvs();
  host.close();
  rmSync(folder, { recursive: true });
});

/** Puts a program in the plugin's place. */
function plugin(script: string): void {
  const file = path.join(folder, "session-manager-plugin");
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
}
const refusal = () =>
  requirePlugin().then(
    () => undefined,
    (error: unknown) => error,
  );

test("without the plugin, the refusal says where to get it", async () => {
  const refused = await refusal();
  expect(refused).toMatchObject({ name: "Refusal", fix: expect.stringMatching(INSTALLATION) });
  expect(refused).toHaveProperty("message", expect.stringContaining("is not installed"));
});

test.each(["1.2.536.0", "1.2.707.0", "1.3.0.0", "2.0", "10.0"])(
  "version %s is taken",
  async (version) => {
    plugin(`[ "$1" = --version ] && echo ${version}`);
    expect(await refusal()).toBeUndefined();
  },
);

test.each(["1.2.497.0", "1.1.999.0", "0.9", "unknown", "1.3.0-rc", "about 1.3"])(
  "version %s, which takes the token as an argument, is refused",
  async (version) => {
    plugin(`echo ${version}`);
    expect(await refusal()).toMatchObject({
      message: `session-manager-plugin is ${version}, which shows the session's token to every user of this machine.`,
      fix: expect.stringMatching(INSTALLATION),
    });
  },
);

test("a plugin that does not run is refused with what it says", async () => {
  plugin("echo no such library >&2; exit 3");
  expect(await refusal()).toHaveProperty(
    "message",
    "session-manager-plugin does not run: no such library",
  );
});

test("the plugin gets the session by its environment, and no argument holds the token", async () => {
  plugin(
    `printf '%s\\n' "$@" > ${folder}/arguments; printf %s "$AWS_SSM_START_SESSION_RESPONSE" > ${folder}/session`,
  );
  await connectPlugin(session, PLACE);
  const written = readFileSync(path.join(folder, "arguments"), "utf8");
  expect(written.split("\n")).toEqual([
    "AWS_SSM_START_SESSION_RESPONSE",
    "eu-west-1",
    "StartSession",
    "work",
    '{"Target":"ecs:platform-dev_0a_0a-1"}',
    // The endpoint, which the plugin finds by the region.
    "",
    "",
  ]);
  expect(JSON.parse(readFileSync(path.join(folder, "session"), "utf8"))).toEqual({
    SessionId: "s-1",
    StreamUrl: session.streamUrl,
    TokenValue: "the token",
  });
});

// The threads of a mutation run get no signals; the process around them ends.
test.runIf(isMainThread)(
  "Ctrl-C during a session goes to the remote program: this process goes on, and is as before",
  async () => {
    const listeners = process.listenerCount("SIGINT");
    plugin(`kill -INT ${process.pid}; sleep 0.2`);
    await connectPlugin(session, PLACE);
    expect(process.listenerCount("SIGINT")).toBe(listeners);
  },
);

test("it exits with 0 too when it could not connect: its message stands alone", async () => {
  plugin("echo 'Cannot perform start session: EOF'");
  await expect(connectPlugin(session, PLACE)).resolves.toBeUndefined();
});

test("a plugin that is killed is a failure, without the token", async () => {
  plugin("kill -KILL $$");
  const failed = await connectPlugin(session, PLACE).catch((error: unknown) => error);
  expect(failed).toMatchObject({ name: "Failure" });
  expect(String(failed)).toContain("ended with SIGKILL");
  expect(JSON.stringify(failed) + String(failed)).not.toContain("the token");
});

test("it does not start where its host cannot be reached, unless it has a proxy", async () => {
  plugin(`touch ${folder}/started`);
  host.close();
  await expect(connectPlugin(session, PLACE)).rejects.toThrow(
    /host 127.0.0.1 cannot be reached: ECONNREFUSED[^]*proxy or firewall may block it/,
  );
  expect(existsSync(path.join(folder, "started"))).toBe(false);
  await connectPlugin(session, { ...PLACE, proxy: "http://proxy:3128" });
  expect(existsSync(path.join(folder, "started"))).toBe(true);
});
