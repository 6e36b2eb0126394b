import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { connectPlugin, requirePlugin } from "../../../../operations/exec/session-plugin";

const SESSION = { sessionId: "s-1", streamUrl: "wss://stream", tokenValue: "the token" };
const PLACE = { region: "eu-west-1", profile: "work", target: "ecs:platform-dev_0a_0a-1" };
const INSTALLATION = /session-manager-working-with-install-plugin/;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "plugin-"));
  vi.stubEnv("PATH", `${folder}:/usr/bin:/bin`);
});
afterEach(() => {
  vi.unstubAllEnvs();
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

test.each(["1.2.536.0", "1.2.707.0", "1.3.0.0", "2.0"])("version %s is taken", async (version) => {
  plugin(`[ "$1" = --version ] && echo ${version}`);
  expect(await refusal()).toBeUndefined();
});

test.each(["1.2.497.0", "1.1.999.0", "0.9", "unknown"])(
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
  await connectPlugin(SESSION, PLACE);
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
    StreamUrl: "wss://stream",
    TokenValue: "the token",
  });
});

test("Ctrl-C during a session goes to the remote program: this process goes on, and is as before", async () => {
  const listeners = process.listenerCount("SIGINT");
  plugin(`kill -INT ${process.pid}; sleep 0.2`);
  await connectPlugin(SESSION, PLACE);
  expect(process.listenerCount("SIGINT")).toBe(listeners);
});

test("a plugin that fails is a failure, without the token", async () => {
  plugin("exit 4");
  const failed = await connectPlugin(SESSION, PLACE).catch((error: unknown) => error);
  expect(failed).toMatchObject({ name: "Failure" });
  expect(String(failed)).toContain("ended with exit code 4");
  expect(JSON.stringify(failed) + String(failed)).not.toContain("the token");
});
