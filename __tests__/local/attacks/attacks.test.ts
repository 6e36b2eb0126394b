import path from "node:path";
import Docker from "dockerode";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { LOCAL_AWS_LABEL, localAwsName } from "../../../local/aws/names";
import { PROJECT_FOLDER } from "../../../project";
import { Checkout, PORT } from "../e2e/support/checkout";
import { localAwsContainer } from "../e2e/support/local-aws";
import { rootCredentials } from "../e2e/support/root-credentials";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 1_800_000 });

const checkout = new Checkout(path.join(PROJECT_FOLDER, ".platform", "e2e-attacks"));
const URL = `http://127.0.0.1:${PORT}`;

const TARGET = "X-Amz-Target: AmazonEC2ContainerServiceV20141113";
const REGISTER = ["-X", "POST", "-H", `${TARGET}.RegisterTaskDefinition`, "-H", "Content-Type:"];
/** A task that owns the machine: its processes, its network and its files. */
const OWNS_MACHINE = JSON.stringify({
  family: "evil",
  networkMode: "host",
  pidMode: "host",
  volumes: [{ name: "root", host: { sourcePath: "/" } }],
  containerDefinitions: [
    {
      name: "evil",
      image: "debian",
      privileged: true,
      mountPoints: [{ sourceVolume: "root", containerPath: "/host" }],
      linuxParameters: { capabilities: { add: ["SYS_ADMIN"] } },
    },
  ],
});
const TAKE_OVER = [...REGISTER, "-d", OWNS_MACHINE];

interface Answer {
  readonly status: number;
  readonly headers: string;
  readonly body: string;
}

/** Sends a request with curl, which prints the command of an attack that succeeds. */
async function curl(...args: readonly string[]): Promise<Answer> {
  const { stdout } = await execa("curl", ["-s", "-i", "--max-time", "20", ...args], {
    env: { no_proxy: "*" },
  });
  const [head = "", ...body] = stdout.split("\r\n\r\n");
  return {
    status: Number(/^HTTP\/\S+ (\d+)/.exec(head)?.[1]),
    headers: head.toLowerCase(),
    body: body.join("\r\n\r\n"),
  };
}

/** Signed for a service with the root's key, or with another. */
async function signed(service: string, user?: string): Promise<string[]> {
  const { accessKeyId, secretAccessKey } = await rootCredentials();
  const scope = `aws:amz:us-east-1:${service}`;
  return ["--aws-sigv4", scope, "--user", user ?? `${accessKeyId}:${secretAccessKey}`];
}

async function listedFamilies(): Promise<string> {
  const list = ["-X", "POST", "-H", `${TARGET}.ListTaskDefinitionFamilies`, "-d", "{}"];
  return (await curl(`${URL}/`, ...(await signed("ecs")), ...list)).body;
}

beforeAll(async () => {
  expect((await checkout.run("npx platform local-aws", 1800)).exitCode).toBe(0);
});

afterAll(async () => {
  expect((await checkout.run("npx platform down", 300)).exitCode).toBe(0);
});

const EVIL = `evil.example:${PORT}`;
const PREFLIGHT = ["-X", "OPTIONS", "-H", "Access-Control-Request-Method: POST"];
const UPGRADE = ["-H", "Connection: Upgrade", "-H", "Upgrade: websocket"];
const SOCKET = [
  ...UPGRADE,
  ...["-H", "Sec-WebSocket-Version: 13", "-H", "Sec-WebSocket-Key: c29tZXRoaW5nIHNlY3JldA=="],
];

describe("a web page gets no answer", () => {
  test.each<[string, number, string[]]>([
    ["whose name leads to this machine", 421, ["/", "-H", `Host: ${EVIL}`, ...TAKE_OVER]],
    ["… over HTTP/2", 421, ["/", "--http2-prior-knowledge", "-H", `Host: ${EVIL}`, ...TAKE_OVER]],
    ["of another origin", 403, ["/", "-H", "Origin: https://evil.example", ...TAKE_OVER]],
    ["of a sandboxed frame or a file", 403, ["/", "-H", "Origin: null", ...TAKE_OVER]],
    ["of another port", 403, ["/", "-H", "Origin: http://127.0.0.1:3000", ...TAKE_OVER]],
    ["that only links", 403, ["/?Action=ListUsers", "-H", "Sec-Fetch-Site: cross-site"]],
    ["of the same site", 403, ["/_alb/shop/", "-H", "Sec-Fetch-Site: same-site"]],
    ["that asks first", 403, ["/", "-H", "Origin: https://evil.example", ...PREFLIGHT]],
    ["that asks an application", 403, ["/_alb/shop/", "-H", "Origin: null", ...PREFLIGHT]],
    ["that asks S3", 403, ["/states/key", "-H", "Origin: https://evil.example", ...PREFLIGHT]],
    ["that opens a web socket", 403, ["/", "-H", "Origin: https://evil.example", ...SOCKET]],
    ["that opens a web socket of this origin", 403, ["/", "-H", `Origin: ${URL}`, ...SOCKET]],
  ])("%s", async (_, status, [route = "", ...args]) => {
    const answer = await curl(URL + route, ...args);
    expect(answer.status).toBe(status);
    expect(answer.headers).not.toContain("access-control-");
    expect(await listedFamilies()).not.toContain("evil");
  });
});

describe("a program without the root's key", () => {
  test.each<[string, string, string | undefined]>([
    ["signs nothing", "MissingAuthenticationToken", undefined],
    ["signs with the key that was everybody's", "UnrecognizedClientException", "local:local"],
    ["signs with MiniStack's key", "UnrecognizedClientException", "test:test"],
    ["signs with the account's id", "UnrecognizedClientException", "000000000000:test"],
  ])("%s: %s", async (_, code, user) => {
    const signature = user === undefined ? [] : await signed("ecs", user);
    const { status, body } = await curl(`${URL}/`, ...signature, ...TAKE_OVER);
    expect([status, body]).toEqual([400, expect.stringContaining(code)]);
    expect(await listedFamilies()).not.toContain("evil");
  });

  test("knows the key, but not its secret", async () => {
    const { accessKeyId } = await rootCredentials();
    const signature = await signed("ecs", `${accessKeyId}:guessed`);
    const { status, body } = await curl(`${URL}/`, ...signature, ...TAKE_OVER);
    expect([status, body]).toEqual([400, expect.stringContaining("InvalidSignatureException")]);
  });

  test.each([
    ["reads the registry", "/v2/_catalog", []],
    ["pushes to the registry", "/v2/platform/app/blobs/uploads/", ["-X", "POST"]],
    ["… with MiniStack's password", "/v2/", ["--user", "AWS:ministack-auth-token"]],
  ])("%s: 401", async (_, route, args: string[]) => {
    expect((await curl(URL + route, ...args)).status).toBe(401);
  });

  test.each([
    ["resets everything", "/_ministack/reset", ["-X", "POST"]],
    ["configures MiniStack", "/_ministack/config", ["-X", "POST", "-d", "{}"]],
    ["reads messages", "/_aws/sqs/messages", []],
    ["asks a route of LocalStack", "/_localstack/health", []],
  ])("%s: 404", async (_, route, args: string[]) => {
    expect((await curl(URL + route, ...args)).status).toBe(404);
  });

  test("takes a role with a token that it has made itself", async () => {
    const form = "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleSessionName=x";
    const role = "RoleArn=arn:aws:iam::000000000000:role/admin&WebIdentityToken=e30.e30.c2ln";
    const { status, body } = await curl(`${URL}/`, "-d", `${form}&${role}`);
    expect([status, body]).toEqual([403, expect.stringContaining("MissingAuthenticationToken")]);
  });

  test("is a task, in the network of the local AWS", async () => {
    const { Config } = await localAwsContainer().inspect();
    const ask = [
      "import sys, urllib.request, urllib.error",
      "request = urllib.request.Request(sys.argv[1], sys.argv[2].encode(), {'X-Amz-Target': sys.argv[3]})",
      "try: print(urllib.request.urlopen(request).status)",
      "except urllib.error.HTTPError as error: print(error.code)",
    ].join("\n");
    const place = ["--rm", "--network", localAwsName(PORT)];
    const address = `http://${localAwsName(PORT)}:${PORT}/`;
    const target = TARGET.replace("X-Amz-Target: ", "") + ".RegisterTaskDefinition";
    const args = ["-c", ask, address, OWNS_MACHINE, target];
    const run = await execa("docker", ["run", ...place, Config.Image, "python", ...args]);
    expect(run.stdout).toBe("400");
  });
});

describe("even the root", () => {
  test("registers no task that owns the machine", async () => {
    const { status, body } = await curl(`${URL}/`, ...(await signed("ecs")), ...TAKE_OVER);
    expect([status, body]).toEqual([400, expect.stringContaining("ClientException")]);
    for (const word of ["network mode", "pidMode", "sourcePath", "privileged", "SYS_PTRACE"]) {
      expect(body).toContain(word);
    }
    expect(await listedFamilies()).not.toContain("evil");
  });

  test("uses no service that the platform does not use", async () => {
    const url = `${URL}/2015-03-31/functions/`;
    const { status, body } = await curl(url, ...(await signed("lambda")));
    expect([status, body]).toEqual([
      403,
      expect.stringContaining("lambda is off in the local AWS"),
    ]);
  });
});

describe("the container of the local AWS", () => {
  test("has no more privileges than docs/local-aws.md lists", async () => {
    const { HostConfig } = await localAwsContainer().inspect();
    expect(HostConfig).toMatchObject({
      ReadonlyRootfs: true,
      Privileged: false,
      NetworkMode: localAwsName(PORT),
    });
    const kernel = await inside("grep", "-hE", "^(CapBnd|NoNewPrivs)", "/proc/self/status");
    // NET_BIND_SERVICE, NET_ADMIN, NET_RAW, SYS_PTRACE and SYS_ADMIN.
    const capabilities = [10, 12, 13, 19, 21].reduce((sum, bit) => sum + 2 ** bit, 0);
    expect(kernel).toContain(`CapBnd:\t${capabilities.toString(16).padStart(16, "0")}`);
    expect(kernel).toContain("NoNewPrivs:\t1");
    await expect(inside("touch", "/opt/emulator/x")).rejects.toThrow("Read-only file system");
  });

  test("listens on this machine only, on one port", async () => {
    const { HostConfig } = await localAwsContainer().inspect();
    const port = { HostIp: "127.0.0.1", HostPort: String(PORT) };
    expect(HostConfig.PortBindings).toEqual({ [`${PORT}/tcp`]: [port] });
    const sockets = await inside("cat", "/proc/net/tcp", "/proc/net/tcp6");
    const listening = [...sockets.matchAll(/: ([0-9A-F]+):([0-9A-F]{4}) \S+ 0A /g)];
    // Docker's own name server is at 127.0.0.11, in the container alone.
    const open = listening.filter(([, address]) => address !== "0B00007F");
    const ports = open.map(([, , hex = ""]) => Number.parseInt(hex, 16));
    expect(new Set(ports)).toEqual(new Set([PORT]));
  });

  test("does not come back by itself, and comes back as it was when it is asked", async () => {
    const docker = new Docker();
    const filters = { label: [`${LOCAL_AWS_LABEL}=${PORT}`] };
    for (const { Id } of await docker.listContainers({ all: true, filters })) {
      const { HostConfig } = await docker.getContainer(Id).inspect();
      expect(HostConfig.RestartPolicy?.Name).toBe("no");
    }
    const key = await rootCredentials();
    const bucket = `${URL}/kept`;
    expect((await curl(bucket, "-X", "PUT", ...(await s3()))).status).toBe(200);
    await localAwsContainer().stop();
    const { exitCode, output } = await checkout.run("npx platform local-aws", 300);
    expect([exitCode, output]).toEqual([0, expect.stringContaining("restarting the local AWS")]);
    expect(await rootCredentials()).toEqual(key);
    expect((await curl(bucket, "--head", ...(await s3()))).status).toBe(200);
  });

  test("gives a shell the key that it needs", async () => {
    const list = `curl -s -o /dev/null -w %{http_code} --aws-sigv4 aws:amz:us-east-1:ecs --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" -H "${TARGET}.ListClusters" -d "{}" ${URL}/`;
    const { output } = await checkout.run(`bash -c 'eval "$(npx platform env)"; ${list}'`, 60);
    expect(output).toMatch(/200$/);
  });
});

async function s3(): Promise<string[]> {
  return [...(await signed("s3")), "-H", "x-amz-content-sha256: UNSIGNED-PAYLOAD"];
}

/** Runs a program in the container, with its privileges, and returns its output. */
async function inside(...command: readonly string[]): Promise<string> {
  const { stdout } = await execa("docker", ["exec", localAwsName(PORT), ...command]);
  return stdout;
}
