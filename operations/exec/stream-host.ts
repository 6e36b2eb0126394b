import { once } from "node:events";
import { connect } from "node:net";
import { wordsOf } from "../target/aws-error";
import { Failure } from "../terminal/run";

/** How long a connection may take, in milliseconds. */
const LIMIT_MS = 10_000;

/**
 * Connects to the host of a session's stream, and leaves it again. The session-manager-plugin tries a host that it
 * cannot reach again and again, and prints nothing.
 *
 * @param streamUrl `wss://…`
 * @param limit in milliseconds
 * @throws Failure if there is no connection within the limit
 */
export async function requireStreamHost(streamUrl: string, limit = LIMIT_MS): Promise<void> {
  const { hostname, port } = new URL(streamUrl);
  const socket = connect({ host: hostname, port: Number(port === "" ? 443 : port) });
  const signal = AbortSignal.timeout(limit);
  try {
    await once(socket, "connect", { signal });
  } catch (error) {
    const reason = signal.aborted ? `no answer within ${limit / 1000} s` : wordsOf(error);
    throw new Failure([
      `The session's host ${hostname} cannot be reached: ${reason}.`,
      "→ A proxy or firewall may block it. If there is a proxy, set HTTPS_PROXY, which the plugin uses.",
    ]);
  } finally {
    // An error that comes later concerns nobody.
    socket.on("error", () => undefined).destroy();
  }
}
