import { ECRClient } from "@aws-sdk/client-ecr";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { ResourceGroupsTaggingAPIClient } from "@aws-sdk/client-resource-groups-tagging-api";
import { afterEach, describe, expect, test, vi } from "vitest";
import {
  PREVIEWS,
  listEnvironments,
  readEnvironments,
} from "../../../../operations/environments/environment-list";
import { Refusal } from "../../../../operations/terminal/refusal";
import { Failure } from "../../../../operations/terminal/run";
import { readConfig } from "../../../../project";
import { answer, awsError } from "../../../support/preflight";

const NOW = new Date("2026-11-24T06:00:00Z");
const OVER = "2026-11-24T05:59:59Z";
const AHEAD = "2026-11-24T06:00:01Z";

/** A tagged resource of an environment. */
function resource(Environment: string, name: string, ExpiresAt?: string) {
  const tags = { Project: "platform", Environment, ...(ExpiresAt && { ExpiresAt }) };
  return {
    ResourceARN: `arn:aws:${name}`,
    Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
  };
}

/** An account with resources, and the answers of ECR and the load balancers for some of them. */
function account(...ResourceTagMappingList: ReturnType<typeof resource>[]) {
  const settings = { region: "us-east-1" };
  const clients = {
    tagging: new ResourceGroupsTaggingAPIClient(settings),
    ecr: new ECRClient(settings),
    loadBalancing: new ElasticLoadBalancingV2Client(settings),
  };
  const createdAt = new Date("2026-11-20T10:11:12Z");
  answer(clients.ecr, {
    repositories: [
      { repositoryName: "platform-dev/database-setup", createdAt },
      { repositoryName: "somebody-else", createdAt: NOW },
    ],
  });
  const LoadBalancers = [
    { LoadBalancerName: "platform-dev", DNSName: "platform-dev-1.us-east-1.elb.amazonaws.com" },
    { LoadBalancerName: "somebody-else", DNSName: "else.us-east-1.elb.amazonaws.com" },
  ];
  answer(clients.loadBalancing, { LoadBalancers });
  const asked = answer(clients.tagging, { ResourceTagMappingList });
  const list = (env: Record<string, string> = {}) =>
    listEnvironments(clients, readConfig(env).config, NOW);
  return { list, asked };
}

test("each environment is listed once, with its resources, its URL and its age", async () => {
  const { list, asked } = account(
    resource("dev", "ecr:us-east-1:1:repository/platform-dev/database-setup"),
    resource("dev", "ecs:us-east-1:1:cluster/platform-dev"),
    resource("dev", "ecs:us-east-1:1:service/platform-dev/platform-web-dev"),
    resource("blue", "ecs:us-east-1:1:cluster/platform-blue"),
  );
  expect(await list()).toEqual([
    {
      suffix: "blue",
      resources: 1,
      expired: false,
      url: undefined,
      since: undefined,
      expires: undefined,
    },
    {
      suffix: "dev",
      resources: 3,
      expired: false,
      url: "http://platform-dev-1.us-east-1.elb.amazonaws.com",
      since: "2026-11-20T10:11:12Z",
      expires: undefined,
    },
  ]);
  expect(asked).toHaveBeenCalledWith(
    expect.objectContaining({
      input: expect.objectContaining({ TagFilters: [{ Key: "Project", Values: ["platform"] }] }),
    }),
  );
});

test("on the local AWS the URL is the address that answers there", async () => {
  const { list } = account(resource("dev", "ecs:us-east-1:000000000000:cluster/platform-dev"));
  const [dev] = await list({ PLATFORM_REGISTRY: "http://127.0.0.1:4566" });
  expect(dev?.url).toBe("http://127.0.0.1:4566/_alb/platform-dev");
});

test("what AWS keeps of revisions, services and keys after their deletion does not count as an environment", async () => {
  const { list } = account(
    resource("gone", "ecs:us-east-1:1:task-definition/platform-web-gone:3"),
    resource("gone", "ecs:us-east-1:1:service/platform-gone/platform-web-gone"),
    resource("gone", "kms:us-east-1:1:key/1a2b"),
  );
  expect(await list()).toEqual([]);
});

test.each([
  ["an expired preview", "pr-7", OVER, true, OVER],
  ["a preview at its very end", "pr-7", "2026-11-24T06:00:00Z", true, "2026-11-24T06:00:00Z"],
  ["a preview with time left", "pr-7", AHEAD, false, AHEAD],
  ["a preview without an expiry", "pr-7", undefined, false, undefined],
  ["a preview with an unreadable expiry", "pr-7", "yesterday", false, undefined],
  ["a listed environment, regardless of its tag", "prod", OVER, false, OVER],
  ["an unknown environment, regardless of its tag", "pord", OVER, false, OVER],
])("%s: %s until %s, expired: %s", async (_, suffix, tag, expired, expires) => {
  const repository = `ecr:us-east-1:1:repository/platform-${suffix}/database-setup`;
  const { list } = account(resource(suffix, "ecs:x"), resource(suffix, repository, tag));
  expect(await list()).toEqual([
    expect.objectContaining({ suffix, resources: 2, expired, expires }),
  ]);
});

describe("the environments that a shell's variables select", () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  test("are the shell's platform in the region of the caller, which asks three times", async () => {
    vi.stubEnv("PLATFORM_NAME", "shop");
    vi.stubEnv("PLATFORM_REGION", "us-west-2");
    answer(ResourceGroupsTaggingAPIClient.prototype, {
      ResourceTagMappingList: [resource("pr-7", "ecs:x")],
    });
    answer(ECRClient.prototype, {});
    answer(ElasticLoadBalancingV2Client.prototype, {});
    const { config, clients, environments } = await readEnvironments({
      PLATFORM_REGION: "eu-central-1",
    });
    expect(config).toMatchObject({ name: "shop", region: "eu-central-1" });
    expect(environments.map(({ suffix }) => suffix)).toEqual(["pr-7"]);
    const { tagging, ecr, loadBalancing } = clients;
    for (const settings of [tagging.config, ecr.config, loadBalancing.config]) {
      expect(await settings.region()).toBe("eu-central-1");
      expect(await settings.maxAttempts()).toBe(3);
    }
  });

  test("are the previews' with the entry that all previews share", () => {
    expect(PREVIEWS).toEqual({ PLATFORM_SUFFIX: "preview" });
  });

  test("are not asked for with a mistake in the settings", async () => {
    const asked = answer(ResourceGroupsTaggingAPIClient.prototype, {});
    const variables = { PLATFORM_NAME: "Not A Name", PLATFORM_REGION: "nowhere" };
    const { problems } = readConfig(variables);
    await expect(readEnvironments(variables)).rejects.toEqual(
      new Refusal(problems.join("\n"), "Correct the above."),
    );
    expect(problems.length).toBeGreaterThan(1);
    expect(asked).not.toHaveBeenCalled();
  });

  test("need three permissions, which a failure names", async () => {
    for (const { prototype } of [
      ResourceGroupsTaggingAPIClient,
      ECRClient,
      ElasticLoadBalancingV2Client,
    ]) {
      answer(prototype, awsError("AccessDeniedException", "not you"));
    }
    await expect(readEnvironments()).rejects.toEqual(
      new Failure([
        "the deployed environments could not be listed: AccessDeniedException: not you",
        "→ the caller needs tag:GetResources, ecr:DescribeRepositories and elasticloadbalancing:DescribeLoadBalancers; `npx platform doctor` checks the credentials",
      ]),
    );
  });
});
