import net from "node:net";
import { afterEach, expect, test, vi } from "vitest";
import { requireStreamHost } from "../../../../operations/exec/stream-host";

const made: net.Socket[] = [];
afterEach(() => {
  vi.restoreAllMocks();
});

/** Sockets that a firewall gives no answer. */
vi.mock("node:net", async (original) => {
  const actual = await original<typeof net>();
  const connect = vi.fn(() => {
    const socket = new actual.Socket();
    made.push(socket);
    return socket;
  });
  return { ...actual, default: actual, connect };
});

test("a host that does not answer is a failure after the limit, which names it and its likely cause", async () => {
  const asked = requireStreamHost("wss://ssmmessages.us-east-1.amazonaws.com/v1/data-channel", 50);
  await expect(asked).rejects.toThrow(
    /host ssmmessages.us-east-1.amazonaws.com cannot be reached: no answer within 0.05 s[^]*firewall/,
  );
  expect(made.map(({ destroyed }) => destroyed)).toEqual([true]);
});

test("the port is that of HTTPS, unless the stream has its own", async () => {
  const { connect } = await import("node:net");
  await requireStreamHost("wss://one.example/a", 10).catch(() => undefined);
  await requireStreamHost("wss://two.example:8443/a", 10).catch(() => undefined);
  expect(vi.mocked(connect).mock.calls.slice(-2)).toEqual([
    [{ host: "one.example", port: 443 }],
    [{ host: "two.example", port: 8443 }],
  ]);
});
