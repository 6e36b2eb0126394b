import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import {
  environmentOf,
  readApproval,
  requireOwnRuns,
  writeApproval,
} from "../../../../operations/approval/approval";
import { withUnknown } from "../../../../operations/approval/unknown-inputs";
import { parseSynthesizedStack } from "../../../../operations/terraform/synthesized-stack";
import { readConfig } from "../../../../project";
import { fixture } from "../../../support/services";
import { synthesize } from "../../../support/synth";

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

function write(): void {
  const stacks = { registry: stack, images: stack, platform: stack };
  const content = { environment: environmentOf(prod), leaving: [], farewell: [], stacks };
  writeApproval(folder, { ...content, madeAt: now.toISOString() }, "the plan");
}

describe("an approved plan", () => {
  test("is valid for a day, in its own environment", () => {
    write();
    expect(readApproval(folder, prod, hours(23)).environment).toBe("platform-prod in eu-west-1");
  });

  test("is refused when it is older than a day, or from the future", () => {
    write();
    expect(() => readApproval(folder, prod, hours(25))).toThrow("valid for 24 hours");
    expect(() => readApproval(folder, prod, hours(-1))).toThrow("valid for 24 hours");
  });

  test("is refused in another environment", () => {
    write();
    expect(() => readApproval(folder, configOf("dev"), now)).toThrow(
      "is a plan for platform-prod in eu-west-1, not platform-dev in eu-west-1",
    );
  });

  test("is refused when its file is missing, broken or of another format", () => {
    expect(() => readApproval(path.join(folder, "no"), prod, now)).toThrow("cannot be read");
    writeFileSync(path.join(folder, "approval.json"), "{");
    expect(() => readApproval(folder, prod, now)).toThrow("cannot be read");
    writeFileSync(path.join(folder, "approval.json"), '{"format": 2}');
    expect(() => readApproval(folder, prod, now)).toThrow("not a plan of this version");
  });

  test("is refused for states in HCP Terraform, which has an approval of its own", () => {
    const cloud = { PLATFORM_BACKEND: "cloud", PLATFORM_HCP_ORGANIZATION: "acme" };
    expect(() => {
      requireOwnRuns(readConfig(cloud).config);
    }).toThrow("HCP Terraform plans and applies each run itself");
    expect(() => {
      requireOwnRuns(prod);
    }).not.toThrow();
  });
});

describe("a stack with unknown inputs", () => {
  const { platform } = synthesize(fixture);
  const { inputs } = parseSynthesizedStack("platform", platform.json);

  test("reads no earlier state when all of them are unknown", () => {
    const text = JSON.stringify(withUnknown(platform.json, inputs));
    expect(inputs.length).toBeGreaterThan(5);
    expect(text).not.toContain("terraform_remote_state");
    expect(text).toContain("terraform_data.unknown-until-applied.id");
  });

  test("keeps the others as they are", () => {
    const [first] = inputs;
    if (!first) throw new Error("platform has inputs");
    const changed = parseSynthesizedStack("platform", withUnknown(platform.json, [first]));
    const rest = inputs.filter(({ output }) => output !== first.output);
    expect(changed.inputs).toEqual(rest);
    expect(changed.resources.size).toBe(
      parseSynthesizedStack("platform", platform.json).resources.size + 1,
    );
  });
});
