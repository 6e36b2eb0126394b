import {
  DeregisterTaskDefinitionCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ListServicesCommand,
  ListTaskDefinitionFamiliesCommand,
  ListTaskDefinitionsCommand,
  type Tag,
} from "@aws-sdk/client-ecs";
import { describe, expect, test, vi } from "vitest";
import {
  deregisterUnused,
  revisionsIn,
  revisionsPhase,
} from "../../../../operations/deployment/revisions";
import * as stacks from "../../../../operations/terraform/terraform-stack";
import { readConfig } from "../../../../project";
import { environmentTags } from "../../../../stacks/options/providers";
import { callsOf } from "../../../support/aws-calls";
import { jobAccount } from "../../../support/job-account";
import { awsError } from "../../../support/preflight";
import { fixture } from "../../../support/services";
import { targetOf } from "../../../support/target";

const { config } = readConfig({});
const own = Object.entries(environmentTags(config)).map(([key, value]) => ({ key, value }));

/**
 * An account's ECS, with each family's ACTIVE revisions and the revisions that a service deploys, its
 * own first. The tags are the environment's, except those of these families.
 */
function account(
  families: Readonly<Record<string, readonly number[]>>,
  deployed: readonly string[] | Error,
  tags: Readonly<Record<string, readonly Tag[]>> = {},
) {
  const target = targetOf({ config, services: fixture });
  const { ecs } = target.clients;
  const deregistered: unknown[] = [];
  vi.spyOn(ecs, "send").mockImplementation((command: unknown) => {
    if (command instanceof ListServicesCommand) {
      if (deployed instanceof Error) throw deployed;
      // So many are described at once.
      expect(command.input).toEqual({ cluster: "platform-dev", maxResults: 10 });
      return deployed.length > 0 ? { serviceArns: ["a"] } : {};
    }
    if (command instanceof DescribeServicesCommand && !(deployed instanceof Error)) {
      expect(command.input).toEqual({ cluster: "platform-dev", services: ["a"] });
      const [taskDefinition, ...before] = deployed;
      const deployments = before.map((each) => ({ taskDefinition: each }));
      return { services: [{ taskDefinition, deployments }] };
    }
    if (command instanceof ListTaskDefinitionFamiliesCommand) {
      expect(command.input).toMatchObject({ familyPrefix: "platform-", status: "ACTIVE" });
      return { families: Object.keys(families) };
    }
    if (command instanceof ListTaskDefinitionsCommand) {
      const { familyPrefix = "", status } = command.input;
      expect(status).toBe("ACTIVE");
      const revisions = families[familyPrefix] ?? [];
      return { taskDefinitionArns: revisions.map((revision) => `${familyPrefix}:${revision}`) };
    }
    if (command instanceof DescribeTaskDefinitionCommand) {
      // Without these ECS leaves the tags out.
      expect(command.input.include).toEqual(["TAGS"]);
      const [family = ""] = String(command.input.taskDefinition).split(":");
      return { tags: family in tags ? tags[family] : own };
    }
    expect(command).toBeInstanceOf(DeregisterTaskDefinitionCommand);
    deregistered.push((command as DeregisterTaskDefinitionCommand).input.taskDefinition);
    return {};
  });
  return { target, deregistered };
}

test("the serving revision, its rollback target and the revisions in Terraform's state stay ACTIVE", async () => {
  const families = { "platform-web-dev": [1, 2, 3, 4, 5] };
  const { target, deregistered } = account(families, ["platform-web-dev:3", "platform-web-dev:4"]);
  expect(await deregisterUnused(target, ["platform-web-dev:5"])).toBe(2);
  expect(deregistered).toEqual(["platform-web-dev:1", "platform-web-dev:2"]);
});

test("no revision of a removed service or of a deleted cluster stays ACTIVE", async () => {
  const families = { "platform-web-dev": [7], "platform-gone-dev": [1, 2] };
  const { target, deregistered } = account(families, awsError("ClusterNotFoundException"));
  expect(await deregisterUnused(target, [])).toBe(3);
  expect(deregistered).toHaveLength(3);
});

test("another environment's revisions stay ACTIVE, regardless of their names", async () => {
  const families = {
    "platform-web-blue": [1],
    "platform-web-pr-dev": [1],
    "platform-next-web-dev": [1],
    "platform-old-dev": [1],
    "platform-web-dev": [1],
  };
  const { target, deregistered } = account(families, [], {
    "platform-web-pr-dev": [
      { key: "Project", value: "platform" },
      { key: "Environment", value: "pr-dev" },
      { key: "Branch", value: "dev" },
    ],
    "platform-next-web-dev": [
      { key: "Project", value: "platform-next" },
      { key: "Environment", value: "dev" },
    ],
    "platform-old-dev": [],
  });
  await deregisterUnused(target, []);
  expect(deregistered).toEqual(["platform-web-dev:1"]);
});

test("a denied request does not count as a deleted cluster", async () => {
  const { target, deregistered } = account(
    { "platform-web-dev": [1] },
    awsError("AccessDeniedException"),
  );
  await expect(deregisterUnused(target, [])).rejects.toThrow();
  expect(deregistered).toEqual([]);
});

const nightly = (...revisions: readonly number[]) =>
  revisions.map((revision) => `platform-nightly-dev:${revision}`);

test.each([
  ["goes on: that of its start, which its next try starts again", [{ revision: 1 }], nightly(2)],
  ["goes on since the last deployment: none but the next run's", [{ revision: 3 }], nightly(1, 2)],
  ["has ended: none but the next run's", [], nightly(1, 2)],
  ["goes on with another definition: each, as any may be started", [{ revision: undefined }], []],
  ["goes on more often than is asked for: each", Array(51).fill({ revision: 3 }), []],
])("of a job, the revisions that stay ACTIVE if its run %s", async (_, running, gone) => {
  const { target, answers } = jobAccount({ current: 3, active: [1, 2, 3], running });
  const calls = callsOf(target.clients, {
    ...answers,
    ListServices: () => ({}),
    ListTaskDefinitionFamilies: () => ({ families: ["platform-nightly-dev"] }),
    DescribeTaskDefinition: () => ({ tags: own }),
    DeregisterTaskDefinition: () => ({}),
  });
  expect(await deregisterUnused(target, [])).toBe(gone.length);
  const deregistered = calls.filter(({ name }) => name === "DeregisterTaskDefinition");
  expect(deregistered.map(({ input }) => input["taskDefinition"])).toEqual(gone);
});

const revision = (mode: string, type: string, arn: string) => ({
  mode,
  type,
  instances: [{ attributes: { arn } }],
});

test("Terraform's revisions are read from its state", () => {
  const resources = [
    revision("managed", "aws_ecs_task_definition", "web:1"),
    revision("managed", "aws_iam_role", "role"),
    revision("data", "aws_ecs_task_definition", "read:1"),
    { mode: "managed", type: "aws_ecs_task_definition" },
  ];
  expect(revisionsIn({ resources })).toEqual(["web:1"]);
  expect(revisionsIn(undefined)).toEqual([]);
});

describe("the clean-up of a deployment", () => {
  const cleanUp = async (revisions: readonly number[], deployed: readonly string[] | Error) => {
    vi.spyOn(stacks, "readState").mockResolvedValue({
      resources: [revision("managed", "aws_ecs_task_definition", "platform-web-dev:3")],
    });
    const { target } = account({ "platform-web-dev": revisions }, deployed);
    const report = () => undefined;
    const { title, run } = revisionsPhase(target);
    const outcome = await run(report);
    expect(stacks.readState).toHaveBeenCalledWith("platform", { ...target, report });
    return `${title}: ${outcome}`;
  };

  test.each([
    [[1, 2, 3], "2 unused deregistered"],
    [[3], "no unused revisions"],
  ])("of the revisions %j keeps Terraform's third, and says %s", async (revisions, said) => {
    expect(await cleanUp(revisions, [])).toBe(`Task definitions: ${said}`);
  });

  test("does not fail the deployment, which has succeeded, when it fails", async () => {
    expect(await cleanUp([1], awsError("AccessDeniedException"))).toMatch(
      /^Task definitions: unused revisions are left for the next deployment: AccessDeniedException/,
    );
  });
});
