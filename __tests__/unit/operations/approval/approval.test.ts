import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import {
  configurationDigest,
  environmentOf,
  readApproval,
  requireOwnRuns,
  stateVersion,
  writeApproval,
} from "../../../../operations/approval/approval";
import { readConfig } from "../../../../project";

const folder = mkdtempSync(path.join(tmpdir(), "approval-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const configOf = (suffix: string) =>
  readConfig({ PLATFORM_SUFFIX: suffix, AWS_REGION: "eu-west-1" }).config;
const prod = configOf("prod");
const stack = { configuration: "a1b2", changes: [] };
const now = new Date("2026-11-29T12:00:00Z");
const hours = (count: number) => new Date(now.getTime() + count * 3_600_000);

const stacks = { registry: stack, images: stack, platform: stack };
const content = { environment: environmentOf(prod), leaving: [], farewell: [], stacks };

function write(): void {
  writeApproval(folder, { ...content, madeAt: now.toISOString() }, "the plan");
}

/** A refusal with this message and this fix. */
const refusal = (message: string, fix: string): unknown =>
  expect.objectContaining({ message: expect.stringContaining(message) as unknown, fix });
const again = (suffix: string) => `Plan it again: npx platform plan ${suffix} --out ${folder}`;
const MAKE = "Make it with: npx platform plan ENVIRONMENT --out FOLDER";

describe("an approved plan", () => {
  test("is read as it was written, beside the text that a person reads", () => {
    write();
    const approval = { ...content, format: 1, madeAt: now.toISOString() };
    expect(readApproval(folder, prod, now)).toEqual(approval);
    expect(readFileSync(path.join(folder, "plan.txt"), "utf8")).toBe("the plan\n");
  });

  test.each([0, 24])("is valid for a day, in its own environment: after %d hours", (age) => {
    write();
    expect(readApproval(folder, prod, hours(age)).environment).toBe("platform-prod in eu-west-1");
  });

  test.each([24.01, -0.01])("is refused when it is %d hours old", (age) => {
    write();
    expect(() => readApproval(folder, prod, hours(age))).toThrow(
      refusal(
        "was planned at 2026-11-29T12:00:00.000Z; a plan is valid for 24 hours.",
        again("prod"),
      ),
    );
  });

  test("is refused in another environment, and in another region", () => {
    write();
    expect(() => readApproval(folder, configOf("dev"), now)).toThrow(
      refusal(
        "is a plan for platform-prod in eu-west-1, not platform-dev in eu-west-1.",
        again("dev"),
      ),
    );
    expect(() => readApproval(folder, { ...prod, region: "us-east-1" }, now)).toThrow(
      "is a plan for platform-prod in eu-west-1, not platform-prod in us-east-1.",
    );
  });

  test.each([
    ["is broken", "{", "cannot be read"],
    ["has no age", JSON.stringify({ ...content, format: 1 }), "a plan is valid for 24 hours"],
    [
      "is of another format",
      JSON.stringify({ ...content, format: 2 }),
      "not a plan of this version",
    ],
    ["lacks a stack", '{"format": 1, "stacks": {"registry": {}}}', "not a plan of this version"],
  ])("is refused when its file %s", (_, text, message) => {
    writeFileSync(path.join(folder, "approval.json"), text);
    expect(() => readApproval(folder, prod, now)).toThrow(message);
  });

  test("is refused when its file is missing", () => {
    const missing = path.join(folder, "no");
    expect(() => readApproval(missing, prod, now)).toThrow(refusal("cannot be read: ENOENT", MAKE));
  });

  test("is refused for states in HCP Terraform, which has an approval of its own", () => {
    const cloud = { PLATFORM_BACKEND: "cloud", PLATFORM_HCP_ORGANIZATION: "acme" };
    expect(() => {
      requireOwnRuns(readConfig(cloud).config);
    }).toThrow(
      refusal(
        "HCP Terraform plans and applies each run itself",
        "Turn off auto-apply in the workspace and approve its runs in HCP Terraform, or keep the states in S3.",
      ),
    );
    expect(() => {
      requireOwnRuns(prod);
    }).not.toThrow();
  });
});

test("a configuration is the whole stack, except where its state is kept", () => {
  const file = path.join(folder, "stacks", "images", "cdk.tf.json");
  mkdirSync(path.dirname(file), { recursive: true });
  const digestOf = (stack: object) => {
    writeFileSync(file, JSON.stringify(stack));
    return configurationDigest("images", folder);
  };
  const terraform = { backend: { s3: { bucket: "states" } }, required_version: ">= 1.11" };
  const digest = digestOf({ terraform, resource: {} });
  expect(digest).toMatch(/^[0-9a-f]{64}$/);
  expect(digestOf({ terraform: { ...terraform, backend: { local: {} } }, resource: {} })).toBe(
    digest,
  );
  expect(digestOf({ terraform, resource: { aws_lb: {} } })).not.toBe(digest);
  expect(digestOf({ terraform: { ...terraform, required_version: "1" }, resource: {} })).not.toBe(
    digest,
  );
});

test("the version of a state is its lineage and its serial", () => {
  expect(stateVersion({ lineage: "a1", serial: 4, outputs: {} })).toEqual({
    lineage: "a1",
    serial: 4,
  });
});

test.each([undefined, {}, { lineage: "a1" }, { serial: 4 }, { lineage: "a1", serial: "4" }])(
  "what has not both is no state: %j",
  (state) => {
    expect(stateVersion(state)).toBeUndefined();
  },
);
