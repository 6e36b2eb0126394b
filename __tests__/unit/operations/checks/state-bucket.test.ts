import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { problemsOf, runChecks } from "../../../../operations/checks/preflight";
import { stateBucket, stateVersions } from "../../../../operations/checks/state-bucket";
import { checkContext } from "../../../support/preflight";

// The client's timeouts are meant for AWS: with fake timers a busy machine does not reach them.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});
afterEach(() => {
  vi.useRealTimers();
});

interface Answer {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** An S3 with one answer to HEAD and another to the versioning request. */
async function s3(head: Answer, versioning: Answer = { status: 200 }) {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    const { status, headers, body } = request.method === "HEAD" ? head : versioning;
    response.writeHead(status, headers).end(body);
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as AddressInfo;
  const endpoint = `http://127.0.0.1:${port}`;
  const context = checkContext(
    {
      PLATFORM_BACKEND: "s3",
      PLATFORM_STATE_BUCKET: "acme-states",
      PLATFORM_STATE_REGION: "eu-west-1",
      AWS_ENDPOINT_URL: endpoint,
    },
    {
      clientSettings: {
        endpoint,
        maxAttempts: 1,
        credentials: { accessKeyId: "test", secretAccessKey: "test" },
      },
    },
  );
  return { context, requests, [Symbol.dispose]: () => void server.close() };
}

const VERSIONS = (status: string): Answer => ({
  status: 200,
  body: `<VersioningConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${status}</VersioningConfiguration>`,
});

const UNREACHABLE_FIX = "check the network, the proxy and AWS_ENDPOINT_URL";

const ERROR = (code: string) => `<Error><Code>${code}</Code></Error>`;

test("an existing bucket is named with its region", async () => {
  using server = await s3({ status: 200 });
  expect(await stateBucket.run(server.context)).toEqual({ found: "s3://acme-states in eu-west-1" });
  expect(server.requests).toEqual(["HEAD /acme-states/"]);
});

test.each<[string, Answer, string, string]>([
  [
    "does not exist",
    { status: 404, headers: { "x-amz-bucket-region": "eu-west-1" } },
    "the state bucket acme-states does not exist",
    "aws s3 mb s3://acme-states --region eu-west-1 && aws s3api put-bucket-versioning --bucket acme-states --versioning-configuration Status=Enabled",
  ],
  [
    "is in another region",
    { status: 301, headers: { "x-amz-bucket-region": "us-east-2" } },
    "the bucket acme-states is in us-east-2, not in eu-west-1",
    "export PLATFORM_STATE_REGION=us-east-2",
  ],
  [
    "belongs to another account",
    { status: 403 },
    "the caller may not use the bucket acme-states, or another account owns it",
    "allow the caller s3:ListBucket on arn:aws:s3:::acme-states and s3:GetObject, s3:PutObject and s3:DeleteObject on its objects, or choose another bucket",
  ],
  [
    "cannot be reached",
    { status: 500 },
    "the bucket acme-states is unreachable (",
    UNREACHABLE_FIX,
  ],
])("a bucket that %s is a problem", async (_, answer, problem, fix) => {
  using server = await s3(answer);
  expect(await stateBucket.run(server.context)).toEqual({
    problems: [{ problem: expect.stringContaining(problem), fix }],
  });
});

test("an S3 that does not answer is a problem", async () => {
  const server = await s3({ status: 200 });
  server[Symbol.dispose]();
  expect(await stateBucket.run(server.context)).toEqual({
    problems: [
      {
        problem: expect.stringMatching(/^the bucket acme-states is unreachable \(ECONNREFUSED: /),
        fix: UNREACHABLE_FIX,
      },
    ],
  });
});

test("states that are not in S3 need no bucket", async () => {
  const nothing = { found: "the states are not in S3" };
  expect(await stateBucket.run(checkContext())).toEqual(nothing);
  expect(await stateVersions.run(checkContext())).toEqual(nothing);
});

test.each([
  ["never", ""],
  ["no longer", "<Status>Suspended</Status>"],
])("a bucket that keeps versions %s is a problem", async (_, status) => {
  using server = await s3({ status: 200 }, VERSIONS(status));
  expect(await stateVersions.run(server.context)).toEqual({
    problems: [
      {
        problem:
          "the bucket acme-states has no versioning: a lost or damaged state could not be restored",
        fix: "aws s3api put-bucket-versioning --bucket acme-states --versioning-configuration Status=Enabled",
      },
    ],
  });
});

test("a bucket that keeps versions is no problem", async () => {
  using keeps = await s3({ status: 200 }, VERSIONS("<Status>Enabled</Status>"));
  expect(await stateVersions.run(keeps.context)).toEqual({ found: "kept" });
  expect(keeps.requests).toEqual(["GET /acme-states/?versioning="]);
});

test.each([
  ["AccessDenied", 403],
  ["NoSuchBucket", 404],
  ["PermanentRedirect", 301],
])(
  "a bucket that does not tell whether it keeps versions (%s) is no problem",
  async (code, status) => {
    using silent = await s3({ status: 200 }, { status, body: ERROR(code) });
    expect(await stateVersions.run(silent.context)).toEqual({
      found: expect.stringMatching(new RegExp(`^unknown \\(${code}`)),
    });
  },
);

test("any other failure says nothing about the versions", async () => {
  using broken = await s3({ status: 200 }, { status: 500, body: ERROR("InternalError") });
  await expect(stateVersions.run(broken.context)).rejects.toMatchObject({ name: "InternalError" });
});

test("without valid credentials the bucket is not mentioned", async () => {
  const nowhere = checkContext({ PLATFORM_BACKEND: "s3", PLATFORM_STATE_BUCKET: "acme-states" });
  const problems = problemsOf(await runChecks(nowhere)).map(({ problem }) => problem);
  expect(problems.at(-1)).toContain("AWS does not answer");
});
