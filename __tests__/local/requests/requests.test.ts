import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { CreateHostedZoneCommand, Route53Client } from "@aws-sdk/client-route-53";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import calls from "../../unit/setup/provider-calls.json";
import { CASES, type Case, HOSTED_ZONE } from "./cases";
import { type RequestRecord, type Recorder, startRecorder } from "./recorder";
import { push } from "./pushed-image";
import { type Terraform, terraformFor } from "./terraform";
import { keepOnly, writeEnvironment } from "./whole-environment";
import { hasTools } from "../../support/tools";

vi.setConfig({ testTimeout: 12 * 60_000, hookTimeout: 12 * 60_000 });

const present = hasTools("requests", "providers");

/** The test's own calls, which replace a registrar and a push. */
const OWN_CALLS = ["route53:CreateHostedZone", "ecr:PutImage"];

/** An Aurora cluster and the blocks that it needs. */
const OF_A_CLUSTER = [
  "aws_vpc",
  "aws_subnet",
  "aws_security_group",
  "aws_availability_zones",
  "aws_db_subnet_group",
  "aws_rds_cluster_parameter_group",
  "aws_rds_engine_version",
  "aws_rds_cluster",
];

describe.skipIf(!present)("every request of an environment is valid for AWS", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "requests-"));
  const records = new Map<string, RequestRecord>();
  let recorder: Recorder;
  let terraform: Terraform;
  let whole = true;

  beforeAll(async () => {
    recorder = await startRecorder();
    terraform = await terraformFor(recorder.endpoint);
    const { endpoint, credentials } = recorder;
    const route53 = new Route53Client({
      endpoint,
      region: "us-east-1",
      credentials,
    });
    await route53.send(new CreateHostedZoneCommand({ Name: HOSTED_ZONE, CallerReference: "1" }));
  });

  afterAll(async () => {
    await recorder.stop();
    rmSync(folder, { recursive: true });
  });

  /** Takes all environments through a phase at once, and expects each request to be valid. */
  async function phase(title: string, work: (each: Case, place: string) => Promise<unknown>) {
    if (!whole) throw new Error("the phase before has failed");
    whole = false;
    const ended = await Promise.allSettled(
      CASES.map((each) => work(each, path.join(folder, each.title))),
    );
    const record = await recorder.take();
    records.set(title, record);
    expect(record.invalid).toEqual([]);
    const failed = ended.flatMap((each) =>
      each.status === "rejected" ? [each.reason as unknown] : [],
    );
    if (failed.length > 0) throw new Error(failed.map(String).join("\n"));
    whole = true;
  }

  async function create({ before }: Case, place: string) {
    const { registry, rest, images } = writeEnvironment(place, before, "1");
    await terraform(registry, "init", "-input=false");
    await terraform(registry, "apply", "-auto-approve", "-input=false");
    await push(recorder, images);
    await terraform(rest, "init", "-input=false");
    await terraform(rest, "apply", "-auto-approve", "-input=false");
  }

  async function plan({ after }: Case, place: string) {
    const { registry, rest, images } = writeEnvironment(place, after, "2");
    await push(recorder, images);
    await terraform(registry, "plan", "-out=change", "-input=false");
    await terraform(rest, "plan", "-out=change", "-input=false");
  }

  /** Runs a command in folders of the environment, one after the other. */
  const inEach =
    (folders: readonly string[], ...command: string[]) =>
    async (_: Case, place: string) => {
      for (const each of folders) await terraform(path.join(place, each), ...command);
    };

  test("to create it", () => phase("create", create));
  test("to plan a change", () => phase("plan", plan));
  test("to change it", () =>
    phase("change", inEach(["registry", "rest"], "apply", "-input=false", "change")));
  test("to destroy it", () =>
    phase("destroy", inEach(["rest", "registry"], "destroy", "-auto-approve", "-refresh=false")));

  test("the calls that the roles' permissions are checked against include all of these", () => {
    const known = new Set([...Object.values(calls).flat(), ...OWN_CALLS]);
    const called = new Set([...records.values()].flatMap(({ actions }) => Object.keys(actions)));
    expect([...called].filter((action) => !known.has(action)).sort()).toEqual([]);
  });

  test("a name one character too long is refused, and recorded", async () => {
    const [dev] = CASES;
    if (!dev) throw new Error("there is no case");
    const { config, services } = dev.before;
    // Longer than the settings allow: 64 characters with the suffix; RDS allows 63.
    const name = "n".repeat(64 - `-${config.suffix}`.length);
    const place = path.join(folder, "too long");
    const { rest } = writeEnvironment(place, { config: { ...config, name }, services }, "1");
    keepOnly(rest, OF_A_CLUSTER);
    await terraform(rest, "init", "-input=false");
    const applied = terraform(rest, "apply", "-auto-approve", "-input=false");
    await expect(applied).rejects.toThrow("api error InvalidParameterValue");
    const { invalid } = await recorder.take();
    expect(invalid).toMatchObject([
      {
        action: "rds:CreateDBCluster",
        violations: [{ parameter: "DBClusterIdentifier", value: `${name}-${config.suffix}` }],
      },
    ]);
  });

  test("no request was left unchecked, except those of S3", () => {
    const all = [...records.values()];
    const operations = new Set(all.flatMap(({ actions }) => Object.keys(actions)));
    const requests = all.reduce((sum, record) => sum + record.requests, 0);
    console.log(`${requests} requests, ${operations.size} operations`);
    // The local AWS checks none of S3, where a protected environment has a bucket of logs.
    const unchecked = new Set(all.flatMap((record) => Object.keys(record.unchecked)));
    expect([...unchecked].filter((service) => service !== "s3")).toEqual([]);
    expect(all.flatMap(({ unreadablePatterns }) => unreadablePatterns)).toEqual([]);
  });
});
