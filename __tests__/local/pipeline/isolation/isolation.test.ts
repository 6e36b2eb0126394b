import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  AssumeRoleCommand,
  AssumeRoleWithWebIdentityCommand,
  type Credentials as StsCredentials,
  STSClient,
} from "@aws-sdk/client-sts";
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { push } from "../../requests/pushed-image";
import { type Recorder, startRecorder } from "../../requests/recorder";
import { type Terraform, terraformFor } from "../../requests/terraform";
import { writeEnvironment } from "../../requests/whole-environment";
import { ACCOUNT, token } from "../github-token";
import { boundaryOf, environmentOf, writeAccount } from "./account";
import { type Credentials, ROOT, denials } from "./aws";
import { CALLS, PARTS, callsOn, callsOnSecret, isRead } from "./calls";
import type { Call, Resource } from "./calls/call";
import { hasTools } from "../../../support/tools";

vi.setConfig({ testTimeout: 12 * 60_000, hookTimeout: 12 * 60_000 });

const present = hasTools("isolation", "providers");

const ENVIRONMENTS = ["dev", "prod"] as const;
type Suffix = (typeof ENVIRONMENTS)[number];

const root = {
  accessKeyId: ROOT.aws_access_key_id,
  secretAccessKey: ROOT.aws_secret_access_key,
};

describe.skipIf(!present)("two environments in one account", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "isolation-"));
  const resources = new Map<Suffix, Resource[]>();
  let recorder: Recorder;
  let terraform: Terraform;
  let sts: STSClient;
  let iam: IAMClient;

  beforeAll(async () => {
    recorder = await startRecorder({
      AUTH: "true",
      AWS_ACCESS_KEY_ID: ROOT.aws_access_key_id,
      AWS_SECRET_ACCESS_KEY: ROOT.aws_secret_access_key,
    });
    terraform = await terraformFor(recorder.endpoint);
    const place = { endpoint: recorder.endpoint, region: "us-east-1", credentials: root };
    sts = new STSClient(place);
    iam = new IAMClient(place);
    const account = path.join(folder, "account");
    writeAccount(account);
    await terraform(account, "init", "-input=false");
    await terraform(account, "apply", "-auto-approve", "-input=false");
  });

  afterAll(async () => {
    await recorder.stop();
    rmSync(folder, { recursive: true });
  });

  /** The keys of a role of the pipeline, for a job of its own. */
  async function pipelineRole(kind: "deploy" | "plan", github: string): Promise<Credentials> {
    const job = kind === "deploy" ? `environment:${github}` : "ref:refs/heads/main";
    const { Credentials: given } = await sts.send(
      new AssumeRoleWithWebIdentityCommand({
        RoleArn: `arn:aws:iam::${ACCOUNT}:role/setup/platform-${kind}-${github}`,
        RoleSessionName: "isolation",
        WebIdentityToken: token(`repo:acme/platform:${job}`),
        DurationSeconds: 7200,
      }),
    );
    return keysOf(given);
  }

  /** The keys of a role with an environment's boundary, that a deployment has given every permission. */
  async function boundedRole(github: string, other: string): Promise<Credentials> {
    const RoleName = `bounded-${github}-against-${other}`;
    const allowAll = { Effect: "Allow", Action: "*", Resource: "*" };
    const trust = { Effect: "Allow", Action: "sts:AssumeRole", Principal: { AWS: ACCOUNT } };
    const policy = (statement: object) =>
      JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
    await iam.send(
      new CreateRoleCommand({
        RoleName,
        AssumeRolePolicyDocument: policy(trust),
        PermissionsBoundary: boundaryOf(github),
      }),
    );
    await iam.send(
      new PutRolePolicyCommand({ RoleName, PolicyName: "all", PolicyDocument: policy(allowAll) }),
    );
    const { Credentials: given } = await sts.send(
      new AssumeRoleCommand({
        RoleArn: `arn:aws:iam::${ACCOUNT}:role/${RoleName}`,
        RoleSessionName: "isolation",
      }),
    );
    return keysOf(given);
  }

  const claimOf = (suffix: string) => ({ Project: "platform", Environment: suffix });

  /** The calls on an environment's resources that a role is not denied. */
  async function allowed(role: Credentials, calls: readonly Call[]): Promise<string[]> {
    expect(calls.length).toBeGreaterThan(10);
    const answers = await denials(recorder.endpoint, role, calls);
    return calls.flatMap(({ service, operation, parameters }, index) =>
      answers[index] === null ? [`${service}.${operation} ${JSON.stringify(parameters)}`] : [],
    );
  }

  const resourcesOf = (suffix: Suffix) => resources.get(suffix) ?? [];

  async function create(suffix: Suffix): Promise<void> {
    const place = path.join(folder, suffix);
    const { registry, rest, images } = writeEnvironment(place, environmentOf(suffix), "1");
    const role = await pipelineRole("deploy", suffix);
    const asRole = await terraformFor(recorder.endpoint, variables(role));
    for (const each of [registry, rest]) {
      await asRole(each, "init", "-input=false");
      await asRole(each, "apply", "-auto-approve", "-input=false");
      if (each === registry) await push(recorder, images);
    }
    const states = await Promise.all(
      [registry, rest].map((each) => terraform(each, "show", "-json")),
    );
    resources.set(suffix, states.flatMap(managed));
  }

  async function destroy(suffix: Suffix): Promise<void> {
    const role = await pipelineRole("deploy", suffix);
    const asRole = await terraformFor(recorder.endpoint, variables(role));
    for (const each of ["rest", "registry"]) {
      const place = path.join(folder, suffix, each);
      await asRole(place, "destroy", "-auto-approve", "-input=false");
    }
  }

  test("each deploy role creates all of its own", async () => {
    await Promise.all(ENVIRONMENTS.map(create));
  });

  test.each(ENVIRONMENTS)("the plan role of %s plans it", async (suffix) => {
    const asRole = await terraformFor(
      recorder.endpoint,
      variables(await pipelineRole("plan", suffix)),
    );
    const planned = await asRole(path.join(folder, suffix, "rest"), "plan", "-lock=false");
    // Without a container engine, the database moves to another host, so there is a change.
    expect(planned).toMatch(/^(Plan:|No changes)/m);
  });

  test("every kind of resource has calls that could touch it", () => {
    const kinds = new Set(
      ENVIRONMENTS.flatMap((each) => resourcesOf(each).map(({ type }) => type)),
    );
    expect(kinds.size).toBeGreaterThan(30);
    expect([...kinds].filter((kind) => !CALLS[kind] && !PARTS.includes(kind))).toEqual([]);
  });

  const ROLES = [
    ["dev", "prod"],
    ["prod", "dev"],
    ["preview", "dev"],
    ["preview", "prod"],
  ] as const;

  test.each(ROLES)("the roles of %s are refused by every resource of %s", async (own, other) => {
    const claim = claimOf(own === "preview" ? "pr-1" : own);
    const secret = callsOnSecret(other);
    const calls = [
      ...resourcesOf(other).flatMap((resource) => callsOn(resource, claim)),
      ...secret.reads,
      ...secret.writes,
    ];
    const roles = [
      ["plan", await pipelineRole("plan", own)],
      ["deploy", await pipelineRole("deploy", own)],
      ["task", await boundedRole(own, other)],
    ] as const;
    for (const [kind, role] of roles) {
      expect([kind, await allowed(role, calls)]).toEqual([kind, []]);
    }
  });

  test.each(ENVIRONMENTS)(
    "no role of %s's pipeline reads or sets a secret, and only its deployment removes one",
    async (suffix) => {
      const { reads, writes } = callsOnSecret(suffix);
      const removes = writes.filter(({ operation }) => operation === "delete_parameters");
      const others = [...reads, ...writes].filter((each) => !removes.includes(each));
      for (const kind of ["plan", "deploy"] as const) {
        const role = await pipelineRole(kind, suffix);
        const denied = await denials(recorder.endpoint, role, others);
        expect([kind, denied.filter((each) => each === null)]).toEqual([kind, []]);
        const [removed] = await denials(recorder.endpoint, role, removes);
        expect([kind, removed === null]).toEqual([kind, kind === "deploy"]);
      }
    },
  );

  test.each(ROLES)("the deploy role of %s puts nothing of %s into its own", async (own, other) => {
    const suffix = own === "preview" ? "pr-1" : own;
    const arnOf = (wanted: string) => {
      const found = resourcesOf(other).find(({ type }) => type === wanted);
      return String(found?.values["arn"]);
    };
    const Rule = `platform-failed-deployments-${suffix}`;
    const service = {
      cluster: `platform-${suffix}`,
      taskDefinition: arnOf("aws_ecs_task_definition"),
    };
    const calls: Call[] = [
      {
        service: "events",
        operation: "put_targets",
        parameters: { Rule, Targets: [{ Id: "1", Arn: arnOf("aws_sns_topic") }] },
      },
      {
        service: "ecs",
        operation: "create_service",
        parameters: { ...service, serviceName: "platform-other", desiredCount: 1 },
      },
      {
        service: "ecs",
        operation: "update_service",
        parameters: { ...service, service: `platform-web-${suffix}` },
      },
    ];
    const answers = await denials(recorder.endpoint, await pipelineRole("deploy", own), calls);
    expect(answers).toEqual([
      expect.stringContaining("events:PutTargets"),
      expect.stringContaining("ecs:CreateService"),
      expect.stringContaining("ecs:UpdateService"),
    ]);
  });

  test.each(ROLES)("the deploy role of %s passes no role of %s", async (own, other) => {
    const suffix = own === "preview" ? "pr-1" : own;
    const roles = resourcesOf(other).filter(({ type }) => type === "aws_iam_role");
    expect(roles.length).toBeGreaterThan(3);
    const calls = roles.map(({ values }): Call => ({
      service: "ecs",
      operation: "register_task_definition",
      parameters: {
        family: `platform-web-${suffix}`,
        containerDefinitions: [{ name: "web", image: "web" }],
        taskRoleArn: values["arn"],
      },
    }));
    const answers = await denials(recorder.endpoint, await pipelineRole("deploy", own), calls);
    expect(answers.filter((each) => !each?.includes("iam:PassRole"))).toEqual([]);
  });

  test.each(ENVIRONMENTS)(
    "nobody but ECS assumes a task's role in %s, root neither",
    async (suffix) => {
      const calls = resourcesOf(suffix)
        .filter(({ type }) => type === "aws_iam_role")
        .map(({ values }): Call => ({
          service: "sts",
          operation: "assume_role",
          parameters: { RoleArn: values["arn"], RoleSessionName: "anybody" },
        }));
      for (const caller of [ROOT, await pipelineRole("deploy", suffix)]) {
        const answers = await denials(recorder.endpoint, caller, calls);
        expect(answers.filter((each) => !each?.includes("AccessDenied"))).toEqual([]);
      }
    },
  );

  test.each(ENVIRONMENTS)(
    "a deployment of %s changes no trust, not even its own roles'",
    async (suffix) => {
      const trust = { Effect: "Allow", Action: "sts:AssumeRole", Principal: { AWS: "*" } };
      const calls = resourcesOf(suffix)
        .filter(({ type }) => type === "aws_iam_role")
        .map(({ values }): Call => ({
          service: "iam",
          operation: "update_assume_role_policy",
          parameters: {
            RoleName: values["name"],
            PolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement: [trust] }),
          },
        }));
      const answers = await denials(recorder.endpoint, await pipelineRole("deploy", suffix), calls);
      expect(answers.filter((each) => !each?.includes("AccessDenied"))).toEqual([]);
    },
  );

  test.each(ENVIRONMENTS)("the roles of %s read all of their own", async (suffix) => {
    const reads = resourcesOf(suffix).flatMap((each) =>
      callsOn(each, claimOf(suffix)).filter(isRead),
    );
    const answers = await denials(recorder.endpoint, await pipelineRole("deploy", suffix), reads);
    const refused = reads.flatMap(({ operation, parameters }, index) =>
      answers[index] === null ? [] : [`${operation} ${JSON.stringify(parameters)}`],
    );
    // Only ECS reads the master user's login, and no command the events of Container Insights.
    const others = refused.filter((each) => !/rds!cluster-|containerinsights/.test(each));
    expect(others).toEqual([]);
  });

  test("each deploy role destroys all of its own", async () => {
    await Promise.all(ENVIRONMENTS.map(destroy));
  });
});

/** The resources of `terraform show -json`. */
function managed(shown: string): Resource[] {
  // The format of Terraform.
  const { values } = JSON.parse(shown) as {
    values: { root_module: { resources: (Resource & { mode: string })[] } };
  };
  return values.root_module.resources.filter(({ mode }) => mode === "managed");
}

function keysOf(given: StsCredentials | undefined): Credentials {
  return {
    aws_access_key_id: given?.AccessKeyId ?? "",
    aws_secret_access_key: given?.SecretAccessKey ?? "",
    aws_session_token: given?.SessionToken ?? "",
  };
}

function variables(keys: Credentials): Record<string, string> {
  return {
    AWS_ACCESS_KEY_ID: keys.aws_access_key_id,
    AWS_SECRET_ACCESS_KEY: keys.aws_secret_access_key,
    AWS_SESSION_TOKEN: keys.aws_session_token ?? "",
  };
}
