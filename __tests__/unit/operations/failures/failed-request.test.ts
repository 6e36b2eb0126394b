import { createServer } from "node:net";
import { ECSClient, ListTasksCommand } from "@aws-sdk/client-ecs";
import Docker from "dockerode";
import { expect, test } from "vitest";
import { inWords } from "../../../../operations/failures/failed-request";
import { Failure } from "../../../../operations/terminal/run";

function answered(name: string, message: string): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode: 400 } });
}

function linesOf(error: unknown): string {
  const told = inWords(error);
  expect(told).toBeInstanceOf(Failure);
  return told instanceof Failure ? told.message : "";
}

test("an AWS that closes the connection is unreachable, and the advice is to run the command again", async () => {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const address = server.address();
  const port = address !== null && typeof address === "object" ? address.port : 0;
  const ecs = new ECSClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  });
  const error: unknown = await ecs.send(new ListTasksCommand({})).catch((it: unknown) => it);
  server.close();
  expect(linesOf(error)).toMatch(/^AWS is unreachable \(ECONNRESET: .*\n→ .*run the same command/);
});

test("an absent container engine is named by its socket", async () => {
  const docker = new Docker({ socketPath: "/nowhere/docker.sock" });
  const error: unknown = await docker.ping().catch((it: unknown) => it);
  expect(linesOf(error)).toMatch(
    /^The container engine does not answer \(.*\/nowhere\/docker.sock/,
  );
});

test.each([
  ["credentials", "ExpiredTokenException", "AWS does not accept the credentials"],
  ["a permission", "AccessDeniedException", "→ Allow the caller that action"],
  ["its rate", "ThrottlingException", "→ Wait a minute."],
  ["its signature", "RequestTimeTooSkewed", "→ Correct the clock"],
  ["its region", "OptInRequired", "→ aws account enable-region"],
  ["anything else", "ClusterNotFoundException", "→ npx platform doctor checks the account"],
])("a request that AWS refuses for %s comes with advice", (_, name, words) => {
  const lines = linesOf(answered(name, "no"));
  expect(lines).toContain(words);
  expect(lines).toContain(`${name}: no`);
});

test.each(["SELF_SIGNED_CERT_IN_CHAIN", "UNABLE_TO_GET_ISSUER_CERT"])(
  "a proxy's certificate that is not trusted is named, with the variable that adds it: %s",
  (code) => {
    const untrusted = Object.assign(new Error("no issuer"), { code, $metadata: {} });
    expect(linesOf(untrusted)).toMatch(/proxy whose certificate .*\n→ export NODE_EXTRA_CA_CERTS=/);
  },
);

test("a refusal of the container engine is its own, with the fix for a full disk", () => {
  const answer = { statusCode: 500, reason: "server error", json: {} };
  const refused = (words: string) => linesOf(Object.assign(new Error(words), answer));
  expect(refused("no space left on device")).toMatch(/^The container engine's disk is full/);
  expect(refused("conflict")).toMatch(/^The container engine refused a request \(.*conflict\)/);
});

test("a defect stays unchanged, with its stack trace", () => {
  const defect = new TypeError("undefined is not a function");
  expect(inWords(defect)).toBe(defect);
});
