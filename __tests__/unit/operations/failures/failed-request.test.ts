import { createServer } from "node:net";
import { ECSClient, ListTasksCommand } from "@aws-sdk/client-ecs";
import Docker from "dockerode";
import { expect, test } from "vitest";
import { inWords } from "../../../../operations/failures/failed-request";
import { answersOf } from "../../../support/foreign-answer";
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

test.each<[string, string, string, readonly string[]]>([
  [
    "credentials",
    "AWS does not accept the credentials, or they have expired",
    "Log in again (npx platform doctor shows the caller).",
    [
      "CredentialsProviderError",
      "TokenProviderError",
      "ExpiredToken",
      "ExpiredTokenException",
      "RequestExpired",
      "InvalidClientTokenId",
      "UnrecognizedClientException",
      "InvalidAccessKeyId",
    ],
  ],
  [
    "a permission",
    "AWS refused a request",
    "Allow the caller that action",
    ["AccessDenied", "AccessDeniedException", "UnauthorizedOperation"],
  ],
  [
    "its rate",
    "AWS throttles the account's requests",
    "Wait a minute.",
    [
      "Throttling",
      "ThrottlingException",
      "ThrottledException",
      "TooManyRequestsException",
      "RequestLimitExceeded",
      "PriorRequestNotComplete",
      "SlowDown",
    ],
  ],
  [
    "its signature",
    "AWS does not accept the signature of a request",
    "Correct the clock",
    [
      "RequestTimeTooSkewed",
      "SignatureDoesNotMatch",
      "InvalidSignatureException",
      "RequestInTheFuture",
    ],
  ],
  ["its region", "AWS refused a request", "aws account enable-region", ["OptInRequired"]],
  [
    "anything else",
    "AWS refused a request",
    "npx platform doctor checks the account",
    ["ClusterNotFoundException"],
  ],
])("a request that AWS refuses for %s comes with advice", (_, problem, fix, names) => {
  for (const name of names) {
    const lines = linesOf(answered(name, "no"));
    expect(lines).toContain(`${problem} (${name}: no).\n→ ${fix}`);
    expect(lines).toMatch(/run the same command again: it continues from there\.$/);
  }
});

test("a page of a proxy is no refusal of AWS", async () => {
  for (const error of await answersOf(403, "<html><br></html>")) {
    expect(linesOf(error)).toMatch(
      /^What answers in AWS's place is not AWS \(HTTP 403: .*\n→ Check HTTPS_PROXY, /,
    );
  }
});

test("an error that only looks like one of a request is returned as it is", () => {
  const elsewhere = Object.assign(new Error("no"), { address: "10.0.0.1" });
  const defect = new TypeError("a defect");
  for (const error of [elsewhere, defect, { address: "/var/run/docker.sock" }, "words"]) {
    expect(inWords(error)).toBe(error);
  }
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
