import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, it, type TestContext } from "vitest";
import { keyOf } from "../src/export-key.js";
import { type ExportMessage, writeExport } from "../src/export-message.js";
import { FakeS3 } from "./aws/fake-s3.js";
import { message } from "./support/message.js";
import { ROOT } from "./support/root.js";

const DAY = "2026-11-29";
const FILE = `totals/${DAY}.json`;

/** The job as its image starts it, with these variables only. */
async function run(environment: Record<string, string>, ...given: string[]) {
  const child = spawn(process.execPath, ["dist/main.js", ...given], {
    cwd: ROOT,
    env: {
      PATH: process.env["PATH"],
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
      ...environment,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (text) => (output += String(text)));
  }
  await once(child, "close");
  return { code: child.exitCode, output };
}

/** A bucket with a day's exports, and the variables that lead to it. */
async function bucket(t: TestContext, ...exports: ExportMessage[]) {
  const s3 = await FakeS3.start();
  t.onTestFinished(() => s3.stop());
  for (const each of exports) s3.objects.set(keyOf(each), `${writeExport(each)}\n`);
  const environment = {
    ...{ AWS_REGION: "us-east-1", AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" },
    ...{ AWS_ENDPOINT_URL: s3.endpoint, STATEMENTS_BUCKET: s3.bucket, DAY },
  };
  return { s3, environment };
}

/** This time, so many days ago. */
function timeOf(ago: number): string {
  return new Date(Date.now() - ago * 24 * 60 * 60 * 1000).toISOString();
}

function fileOf(ago: number): string {
  return `totals/${timeOf(ago).slice(0, 10)}.json`;
}

describe.concurrent("the job", () => {
  it("writes the day's sums by currency and status, says so in a line, and exits 0", async (t) => {
    const { s3, environment } = await bucket(
      t,
      message({ currency: "USD", amount: "9007199254740" }),
      ...Array.from({ length: 1000 }, () => message({ amount: "9999999999999" })),
      // Which makes it odd: beyond 2^53 every other whole number is no JSON number.
      message({ amount: "1" }),
      message({ status: "declined", amount: "1" }),
      message({ decidedAt: "2026-11-30T00:00:00.000Z" }),
    );
    s3.pageSize = 400;
    const { code, output } = await run(environment);
    assert.equal(code, 0, output);
    const totals = [
      // Beyond what a number holds exactly.
      { currency: "EUR", status: "approved", count: 1001, amount: "9999999999999001" },
      { currency: "EUR", status: "declined", count: 1, amount: "1" },
      { currency: "USD", status: "approved", count: 1, amount: "9007199254740" },
    ];
    const file = s3.objects.get(FILE) ?? assert.fail("nothing is written");
    assert.deepEqual(JSON.parse(file), { schemaVersion: 1, day: DAY, objects: 1003, totals });
    // The list has three pages.
    assert.equal(s3.requests.filter(({ method, key }) => method === "GET" && key === "").length, 3);
    const line = JSON.parse(output) as Record<string, unknown>;
    assert.deepEqual([line["message"], line["objects"]], ["the day's totals are written", 1003]);
  });

  it("writes the same file when it is repeated", async (t) => {
    const { s3, environment } = await bucket(t, message(), message({ status: "review" }));
    await run(environment);
    const first = s3.objects.get(FILE) ?? assert.fail("nothing is written");
    await run(environment);
    assert.equal(s3.objects.get(FILE), first);
    assert.equal(s3.count("PUT"), 2);
  });

  it("writes zeros for a day without exports", async (t) => {
    const { s3, environment } = await bucket(t);
    assert.equal((await run(environment)).code, 0);
    const file = s3.objects.get(FILE) ?? assert.fail("nothing is written");
    assert.deepEqual(JSON.parse(file), { schemaVersion: 1, day: DAY, objects: 0, totals: [] });
  });

  it("sums the last three days again, so that what was exported late is in their totals", async (t) => {
    const late = message({ decidedAt: timeOf(2) });
    const { s3, environment } = await bucket(t, message({ decidedAt: timeOf(1) }));
    const objectsOf = async () => {
      const { code, output } = await run({ ...environment, DAY: "" });
      assert.equal(code, 0, output);
      return [3, 2, 1, 0].map((ago) => {
        const file = s3.objects.get(fileOf(ago)) ?? "{}";
        return (JSON.parse(file) as { objects?: number }).objects;
      });
    };
    assert.deepEqual(await objectsOf(), [0, 0, 1, 0]);
    s3.objects.set(keyOf(late), writeExport(late));
    assert.deepEqual(await objectsOf(), [0, 1, 1, 0]);
  });

  it("writes the totals of the other days if those of one cannot be, and exits 1", async (t) => {
    const wrong = message({ decidedAt: timeOf(2) });
    const { s3, environment } = await bucket(t, message({ decidedAt: timeOf(1) }));
    s3.objects.set(keyOf(wrong), "{");
    const { code, output } = await run({ ...environment, DAY: "" });
    assert.equal(code, 1);
    assert.equal(s3.count("PUT"), 3);
    assert.ok(s3.objects.has(fileOf(1)), output);
  });

  it("exits 1 and names an object that it cannot read, with nothing written", async (t) => {
    const [good, bad] = [message(), message()];
    for (const [text, reason] of [
      ['{"card":"4111 1111 1111 1111"}', "is no export: it has wrong schemaVersion"],
      ["{", "is no export: it is no JSON"],
      [writeExport(good), "is no export: it is of another transaction or day"],
    ] as const) {
      const { s3, environment } = await bucket(t, good);
      s3.objects.set(keyOf(bad), text);
      const { code, output } = await run(environment);
      assert.equal(code, 1);
      assert.ok(output.includes(`${keyOf(bad)} ${reason}`), output);
      assert.ok(!output.includes("4111"));
      assert.equal(s3.count("PUT"), 0);
    }
  });

  it("exits 1 if it may not read an object, or not write", async (t) => {
    const { s3, environment } = await bucket(t, message());
    for (const refused of ["GET", "PUT"]) {
      s3.refuse = (method, key) => (method === refused && key !== "" ? 403 : undefined);
      const { code, output } = await run(environment);
      assert.equal(code, 1);
      assert.match(output, /"level":"FATAL".*the day's totals are not written/);
      assert.ok(!s3.objects.has(FILE));
    }
  });

  it("looks at its settings alone in a dry run, and needs no network for that", async (t) => {
    const { s3, environment } = await bucket(t, message());
    const dry = await run(environment, "--dry-run");
    assert.equal(dry.code, 0, dry.output);
    assert.deepEqual(s3.requests, []);
    const wrong = await run({ ...environment, DAY: "today" }, "--dry-run");
    assert.equal(wrong.code, 1);
    assert.match(wrong.output, /^daily-totals cannot start: DAY must be a day .*\n$/);
    assert.equal((await run(environment, "--dryrun")).code, 1);
  });
});
