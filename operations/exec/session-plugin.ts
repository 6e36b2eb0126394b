import type { Session } from "@aws-sdk/client-ecs";
import { execa } from "execa";
import { Refusal } from "../terminal/refusal";
import { Failure } from "../terminal/run";
import { requireStreamHost } from "./stream-host";

/** AWS's program for the terminal's end of a session. */
const PLUGIN = "session-manager-plugin";

const INSTALLATION =
  "https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-install-plugin.html";

/**
 * The first version that reads the session from its environment. As an argument, every user of this machine
 * would see the session's token in the list of processes.
 *
 * @see https://github.com/aws/session-manager-plugin/blob/mainline/RELEASENOTES.md
 */
const FIRST_VERSION = "1.2.536.0";

/** The variable that it reads, and removes at once. */
const RESPONSE = "AWS_SSM_START_SESSION_RESPONSE";

/**
 * What the terminal sends for Ctrl-C, Ctrl-\ and Ctrl-Z to every process at it. The plugin passes them to the remote
 * program, and this process leaves them alone. npm and its shell get them too: they wait out Ctrl-C only.
 */
const OF_TERMINAL = ["SIGINT", "SIGQUIT", "SIGTSTP"] as const;

/** @throws Refusal without the plugin, or with one that is too old */
export async function requirePlugin(): Promise<void> {
  const { failed, code, stdout, stderr, exitCode } = await execa(PLUGIN, ["--version"], {
    reject: false,
    timeout: 10_000,
  });
  if (code === "ENOENT") {
    throw new Refusal(
      `${PLUGIN} is not installed. AWS's sessions need it at this end; the local AWS does not.`,
      `Install ${FIRST_VERSION} or newer: ${INSTALLATION}`,
    );
  }
  const version = stdout.trim();
  if (failed) {
    const words = stderr.trim() || code || `exit code ${exitCode ?? "unknown"}`;
    throw new Refusal(`${PLUGIN} does not run: ${words}`, `Install it again: ${INSTALLATION}`);
  }
  if (isBefore(version, FIRST_VERSION)) {
    throw new Refusal(
      `${PLUGIN} is ${version}, which shows the session's token to every user of this machine.`,
      `Install ${FIRST_VERSION} or newer: ${INSTALLATION}`,
    );
  }
}

/** Where a session is, as the AWS CLI tells the plugin. */
export interface SessionPlace {
  readonly region: string;
  /** A profile of the AWS CLI; empty for the environment's credentials. */
  readonly profile: string;
  /** `ecs:CLUSTER_TASK_RUNTIME-ID` */
  readonly target: string;
  /** The proxy that the plugin connects through; empty without one. */
  readonly proxy: string;
}

/**
 * Connects this terminal to a session until the remote program ends. The plugin prints why it could not connect,
 * and exits with 0 then too: neither that nor the program's exit code is known.
 *
 * @throws Failure if the session's host cannot be reached, or if the plugin is killed
 */
export async function connectPlugin(
  { sessionId, streamUrl, tokenValue }: Session,
  { region, profile, target, proxy }: SessionPlace,
): Promise<void> {
  if (streamUrl !== undefined && proxy === "") await requireStreamHost(streamUrl);
  const session = { SessionId: sessionId, StreamUrl: streamUrl, TokenValue: tokenValue };
  // The last one is the endpoint of Systems Manager, which the plugin finds by the region.
  const args = [RESPONSE, region, "StartSession", profile, JSON.stringify({ Target: target }), ""];
  const leave = () => undefined;
  for (const signal of OF_TERMINAL) process.on(signal, leave);
  try {
    const env = { [RESPONSE]: JSON.stringify(session) };
    const { failed, exitCode, signal } = await execa(PLUGIN, args, {
      env,
      stdio: "inherit",
      reject: false,
    });
    if (failed) {
      throw new Failure([
        `${PLUGIN} ended with ${signal ?? `exit code ${exitCode ?? "unknown"}`}.`,
        "→ Its own message is above; its log is in /usr/local/sessionmanagerplugin/logs.",
      ]);
    }
  } finally {
    for (const signal of OF_TERMINAL) process.off(signal, leave);
  }
}

function isBefore(version: string, first: string): boolean {
  const numbers = (text: string) => text.split(".").map(Number);
  const wanted = numbers(first);
  const differing = numbers(version).map((number, index) => number - (wanted[index] ?? 0));
  // A version that is none is none of the known ones.
  return !/^\d+(\.\d+){1,3}$/.test(version) || (differing.find((each) => each !== 0) ?? 0) < 0;
}
