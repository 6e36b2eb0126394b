import { randomUUID } from "node:crypto";
import path from "node:path";
import Docker from "dockerode";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, describe, expect, test, vi } from "vitest";
import { PROJECT_FOLDER } from "../../../project";
import { Caller, openAccount } from "./support/caller";
import { Checkout, PORT, SUFFIX, changesOf, noChange } from "./support/checkout";
import { loadDuring } from "./support/load";
import { foreignToken } from "./support/foreign-token";
import { ORIGIN, invalidRequests } from "./support/local-aws";

vi.setConfig({ testTimeout: 900_000, hookTimeout: 900_000 });

const checkout = new Checkout(path.join(PROJECT_FOLDER, ".platform", "e2e"));
const url = `http://127.0.0.1:${PORT}/_alb/platform-${SUFFIX}/`;

async function get(): Promise<{ status: number; body: string }> {
  const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
  return { status: response.status, body: await response.text() };
}

afterAll(async () => {
  await checkout.run("npx platform down", 300);
});

let revert: () => void;

test("an up that is interrupted during creation ends by itself", async () => {
  const interrupted = checkout.start("npx platform up", 900);
  await checkout.untilShown(interrupted, "Stack platform");
  await sleep(20_000);
  checkout.pressCtrlC(interrupted);
  expect(await checkout.exitCodeOf(interrupted)).toBe(130);
  const { all } = await interrupted;
  expect(all).toContain(
    "Interrupted: Terraform finishes the operations in progress and saves its state.",
  );
});

test("up continues from there and ends with a table", async () => {
  const { exitCode, output } = await checkout.run("npx platform up", 900);
  expect(exitCode).toBe(0);
  expect(output).toMatch(/flask-api\s*│ http:\S+\s*│ sha256:[0-9a-f]{12}\s*│ 2\/2/);
  expect(await get()).toMatchObject({ status: 200 });
});

test("verify finds that every service answers with the pushed image", async () => {
  const { exitCode, output } = await checkout.run("npx platform verify", 120);
  expect(exitCode).toBe(0);
  expect(output).toContain(
    "Every service answers its callers, runs the pushed image and resolves by name.",
  );
});

test("the database is reached with the password from Secrets Manager", async () => {
  const response = await fetch(`${url}ready`);
  expect([response.status, await response.json()]).toEqual([200, { status: "ready" }]);
});

describe("callers are known", () => {
  const [alice, bob] = [new Caller("alice"), new Caller("bob")];
  const purchase = { amount: 1_999, currency: "USD", country: "US", merchantCategory: "5411" };
  const pay = (accountId: string) => ({
    method: "POST",
    headers: { "content-type": "application/json", "idempotency-key": randomUUID() },
    body: JSON.stringify({ ...purchase, accountId, card: "alice" }),
  });
  const open = () => ({
    method: "POST",
    headers: { "content-type": "application/json", "idempotency-key": randomUUID() },
    body: JSON.stringify({ owner: "Anybody", currency: "USD" }),
  });

  test("an account's owner pays from it and reads its transactions", async () => {
    const account = await openAccount(alice);
    expect((await alice.fetch("/v1/transactions", pay(account))).status).toBe(201);
    expect((await alice.fetch(`/accounts/${account}/transactions`)).status).toBe(200);
  });

  test("nobody opens an account or pays without a token", async () => {
    for (const request of [
      fetch(`${ORIGIN}/accounts`, open()),
      fetch(`${ORIGIN}/v1/transactions`, pay(randomUUID())),
    ]) {
      const { status, headers } = await request;
      expect([status, headers.get("www-authenticate")]).toEqual([
        401,
        expect.stringMatching(/^Bearer/),
      ]);
    }
  });

  test.each<[string, (token: string) => string]>([
    ["of another issuer", () => foreignToken()],
    ["that says it is of this issuer, signed with another key", (token) => foreignToken(token)],
    ["with another signature", (token) => `${token.slice(0, -8)}AAAAAAAA`],
  ])("nobody does with a token %s", async (_, change) => {
    const token = (await alice.headers())["Authorization"]?.replace("Bearer ", "") ?? "";
    const authorization = `Bearer ${change(token)}`;
    for (const [path, request] of [
      ["/accounts", open()],
      ["/v1/transactions", pay(randomUUID())],
    ] as const) {
      const headers = { ...request.headers, authorization };
      const { status } = await fetch(ORIGIN + path, { ...request, headers });
      expect({ path, status }).toEqual({ path, status: 401 });
    }
  });

  test("an account of another caller is not there, and takes no payment", async () => {
    const account = await openAccount(alice);
    for (const path of [
      `/accounts/${account}`,
      `/accounts/${account}/transactions`,
      `/accounts/${account}/summary`,
    ]) {
      expect({ path, status: (await bob.fetch(path)).status }).toEqual({ path, status: 404 });
    }
    const response = await bob.fetch("/v1/transactions", pay(account));
    expect([response.status, await response.text()]).toEqual([
      422,
      expect.stringContaining("/accountId"),
    ]);
  });

  test("the platform's token is as good as any other", async () => {
    const command = `bash -c 'eval "$(npx platform env)" && npx platform token --user carol'`;
    const { exitCode, output } = await checkout.run(command, 60);
    expect(exitCode).toBe(0);
    const token = output.split("\n").find((line) => line.startsWith("ey")) ?? "";
    const headers = { authorization: `Bearer ${token}` };
    expect((await fetch(`${ORIGIN}/accounts/${randomUUID()}`, { headers })).status).toBe(404);
  });
});

test("a second deploy changes nothing", async () => {
  const { exitCode, output } = await checkout.run("npx platform up", 300);
  expect(exitCode).toBe(0);
  for (const stack of ["registry", "images", "platform"]) {
    expect(changesOf(stack, output)).toBe(noChange);
  }
});

test("plain cdktf does the same with the environment that env prints", async () => {
  const command = `bash -c 'eval "$(npx platform env)" && npx cdktf deploy registry images platform --auto-approve --skip-provider-lock'`;
  const { exitCode, output } = await checkout.run(command, 300);
  expect(exitCode).toBe(0);
  const applied = output.match(/Apply complete! Resources: 0 added, 0 changed, 0 destroyed/g);
  expect(applied).toHaveLength(3);
});

test("one changed line rolls out only that service, and no request fails meanwhile", async () => {
  revert = checkout.edit(
    "services/flask-api/flask_api/about.py",
    '{"service"',
    '{"edition": 2, "service"',
  );
  const deployment = checkout.run("npx platform up", 600);
  const load = loadDuring(url, 30, deployment);
  const { exitCode, output } = await deployment;
  const { sent, failures } = await load;
  console.log(`${sent} requests during the deployment, ${failures.length} failed`);

  expect(exitCode).toBe(0);
  expect(changesOf("registry", output)).toBe(noChange);
  // Tag, image, probe, its health and push; task definition and service.
  expect(changesOf("images", output)).toBe("5 to add, 0 to change, 5 to destroy");
  expect(changesOf("platform", output)).toBe("1 to add, 1 to change, 1 to destroy");
  expect(sent).toBeGreaterThan(100);
  expect(failures).toEqual([]);
  expect((await get()).body).toContain('"edition"');
});

test("reverted sources are deployed again, under a new tag", async () => {
  revert();
  const { exitCode } = await checkout.run("npx platform up", 300);
  expect(exitCode).toBe(0);
  expect((await get()).body).not.toContain('"edition"');
});

test("verify right after a rollout accepts names that still lead to replaced tasks", async () => {
  expect((await checkout.run("npx platform verify", 120)).exitCode).toBe(0);
});

test("an image with a wrong health path is not pushed, and the running version keeps serving", async () => {
  const restore = checkout.edit("services/index.ts", '"/health"', '"/nowhere"');
  const { exitCode, output, seconds } = await checkout.run("npx platform up", 300);
  restore();
  expect(exitCode).toBe(1);
  expect(output).toContain("runs, but is not healthy: GET /nowhere answers 404");
  expect(output).toContain("Its last lines:");
  expect(output).toContain("flask-api was not pushed; the platform is untouched");
  expect(output).not.toContain("Stack platform");
  expect(seconds).toBeLessThan(120);
  expect(await get()).toMatchObject({ status: 200 });
});

test("the output of an image that cannot start is shown", async () => {
  const restore = checkout.edit(
    "services/flask-api/gunicorn.conf.py",
    "import os",
    'raise SystemExit("no configuration for today")\nimport os',
  );
  const { exitCode, output } = await checkout.run("npx platform up", 300);
  restore();
  expect(exitCode).toBe(1);
  expect(output).toContain("exited with");
  expect(output).toContain("no configuration for today");
  expect(await get()).toMatchObject({ status: 200 });
});

test("every request is valid according to AWS's own models", async () => {
  expect(await invalidRequests()).toEqual([]);
});

test("down leaves nothing, even after an interrupted up", async () => {
  checkout.edit("services/flask-api/flask_api/about.py", '{"service"', '{"edition": 3, "service"');
  const interrupted = checkout.start("npx platform up", 300);
  await checkout.untilShown(interrupted, "Stack images");
  await sleep(5000);
  checkout.pressCtrlC(interrupted);
  expect(await checkout.exitCodeOf(interrupted)).toBe(130);

  const { exitCode, output } = await checkout.run("npx platform down", 600);
  expect(output).toContain("Nothing is left.");
  expect(exitCode).toBe(0);
  const label = [`fargate-platform.local-aws=${PORT}`];
  const docker = new Docker();
  expect(await docker.listContainers({ all: true, filters: { label } })).toEqual([]);
  expect((await docker.listVolumes({ filters: { label } })).Volumes).toEqual([]);
  expect(await docker.listNetworks({ filters: { label } })).toEqual([]);
  const tags = (await docker.listImages()).flatMap(({ RepoTags }) => RepoTags ?? []);
  expect(tags.filter((tag) => tag.startsWith(`127.0.0.1:${PORT}/`))).toEqual([]);
});
