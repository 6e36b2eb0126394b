import { cpSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Docker from "dockerode";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { localAwsName } from "../../../local/aws/names";
import { PROJECT_FOLDER } from "../../../project";
import { DOCKER_LABEL } from "../../../spec/names";
import { Caller } from "../e2e/support/caller";
import { Checkout, PORT, changesOf, noChange } from "../e2e/support/checkout";
import { ORIGIN, containersOf } from "../e2e/support/local-aws";
import { testSchema } from "./schemathesis";

vi.setConfig({ testTimeout: 900_000, hookTimeout: 900_000 });

const checkout = new Checkout(path.join(PROJECT_FOLDER, ".platform", "e2e"));

beforeAll(async () => {
  expect((await checkout.run("npx platform up", 900)).exitCode).toBe(0);
});

afterAll(async () => {
  await checkout.run("npx platform down", 300);
});

test.each([
  ["flask-api", "/openapi.json", "^/"],
  ["transaction-processor", "/v1/transactions/openapi.json", "^/v1/transactions"],
])("%s answers every request according to its OpenAPI document", async (_, document, paths) => {
  const headers = await new Caller("schemathesis").headers();
  const { exitCode, output } = await testSchema(ORIGIN + document, ORIGIN, headers, paths);
  console.log(output);
  expect(output).toContain("Tested:");
  expect(exitCode).toBe(0);
});

test("the private fraud-detection answers according to its document in a separate container", async () => {
  const [task] = await containersOf("fraud-detection");
  if (!task) throw new Error("no task of fraud-detection runs");
  const { Config } = await task.inspect();
  const container = await new Docker().createContainer({
    Image: Config.Image,
    // It tells a wrong token from one that it cannot check, so it needs the keys.
    Env: ["PORT=8080", ...Config.Env.filter((each) => each.startsWith("IDENTITY_"))],
    ExposedPorts: { "8080/tcp": {} },
    Labels: { [DOCKER_LABEL]: "e2e" },
    HostConfig: {
      NetworkMode: localAwsName(PORT),
      PortBindings: { "8080/tcp": [{ HostIp: "127.0.0.1", HostPort: "0" }] },
    },
  });
  try {
    await container.start();
    const { NetworkSettings } = await container.inspect();
    const port = NetworkSettings.Ports["8080/tcp"]?.[0]?.HostPort ?? "";
    const origin = `http://127.0.0.1:${port}`;
    await answers(`${origin}/health`);
    const { exitCode, output } = await testSchema(`${origin}/openapi.json`, origin);
    console.log(output);
    expect(exitCode).toBe(0);
  } finally {
    await container.remove({ force: true });
  }
});

test("a fourth service, in Go, needs one folder and one entry, and is removed in the README's order", async () => {
  cpSync(path.join(__dirname, "quotes"), path.join(checkout.folder, "services/quotes"), {
    recursive: true,
  });
  const withdraw = checkout.edit("services/index.ts", /\}\);\s*$/, `${QUOTES}});\n`);
  const { exitCode } = await checkout.run("npx platform up", 600);
  expect(exitCode).toBe(0);
  const response = await fetch(`${ORIGIN}/quotes`);
  expect([response.status, await response.text()]).toEqual([
    200,
    "flask-api answers 200\nthe database is verified\n",
  ]);

  withdraw();
  for (const stack of ["platform", "images", "registry"]) {
    const command = `bash -c 'eval "$(npx platform env)" && npx cdktf deploy ${stack} --ignore-missing-stack-dependencies --auto-approve --skip-provider-lock'`;
    expect((await checkout.run(command, 300)).exitCode).toBe(0);
  }
  expect((await fetch(`${ORIGIN}/quotes`)).status).toBe(404);
  const { output } = await checkout.run("npx platform up", 300);
  expect(["registry", "images", "platform"].map((stack) => changesOf(stack, output))).toEqual([
    noChange,
    noChange,
    noChange,
  ]);
});

const QUOTES = `  quotes: {
    port: 8000,
    health: "/health",
    path: "/quotes",
    size: { cpu: 256, memory: 512 },
    calls: ["flask-api"],
    database: true,
  },
`;

/** Waits for a 200, for 30 s at most. */
async function answers(url: string): Promise<void> {
  for (const ends = Date.now() + 30_000; Date.now() < ends;) {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) }).catch(
      () => undefined,
    );
    if (response?.status === 200) return;
    await sleep(200);
  }
  throw new Error(`${url} does not answer`);
}
