import { SSMClient } from "@aws-sdk/client-ssm";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { describe, expect, test, vi } from "vitest";
import { rollBack } from "../../../../operations/rollouts/rollback";
import { waitUntilComplete } from "../../../../operations/rollouts/rollout-wait";
import { Failure } from "../../../../operations/terminal/run";
import type { Call } from "../../../support/aws-calls";
import { awsError } from "../../../support/preflight";
import { refusal } from "../../../support/refusal";
import { rolloutWith } from "../../../support/rollout";

const FAMILY = "arn:aws:ecs:us-east-1:123456789012:task-definition/platform-web-dev";
const HOST = "123456789012.dkr.ecr.us-east-1.amazonaws.com";
const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
const LOGIN =
  "arn:aws:secretsmanager:us-east-1:123456789012:secret:platform-web-database-dev-AbCdEf";

/** The revision of a number, whose image has the digest of a letter. */
function revision(number: number, letter: string, status = "INACTIVE") {
  return {
    taskDefinitionArn: `${FAMILY}:${number}`,
    family: "platform-web-dev",
    status,
    cpu: "256",
    executionRoleArn: "arn:role/ecs",
    containerDefinitions: [
      {
        name: "web",
        image: `${HOST}/platform-dev/web@${digest(letter)}`,
        secrets: [
          { name: "KEY", valueFrom: "/platform-dev/web/KEY" },
          { name: "DATABASE_USER", valueFrom: `${LOGIN}:username::a-version` },
          { name: "DATABASE_PASSWORD", valueFrom: `${LOGIN}:password::a-version` },
        ],
      },
      { name: "ready", image: `${HOST}/platform-dev/ready@${digest("e")}` },
    ],
  };
}

const REVISIONS = [revision(3, "c"), revision(4, "d"), revision(5, "f", "ACTIVE")];

/** The successful deployments of these revisions; the last is the newest. */
function deploymentsOf(...numbers: readonly number[]) {
  return numbers.map((number, index) => ({
    serviceDeploymentArn: `arn:service-deployment/${index}-${number}`,
    targetServiceRevisionArn: `arn:service-revision/${index}-${number}`,
    createdAt: new Date(Date.UTC(2026, 10, index + 1)),
    finishedAt: new Date(Date.UTC(2026, 10, index + 1, 0, 5)),
    status: "SUCCESSFUL",
  }));
}

const primary = (number: number) => {
  return [{ id: "old", status: "PRIMARY", taskDefinition: `${FAMILY}:${number}` }];
};

/** An AWS on which the fifth revision is deployed, after the third and the fourth. */
function account(
  others: Parameters<typeof rolloutWith>[1] = {},
  { deployed = [3, 4, 5], current = 5 } = {},
) {
  const aws = rolloutWith([primary(current), [{ id: "new", rolloutState: "COMPLETED" }]], {
    ListServiceDeployments: () => ({ serviceDeployments: deploymentsOf(...deployed) }),
    DescribeServiceDeployments: () => ({ serviceDeployments: [{ sourceServiceRevisions: [] }] }),
    DescribeServiceRevisions: ({ serviceRevisionArns }) => ({
      serviceRevisions: (serviceRevisionArns as string[]).map((serviceRevisionArn) => ({
        serviceRevisionArn,
        taskDefinition: `${FAMILY}:${serviceRevisionArn.split("-").at(-1)}`,
      })),
    }),
    DescribeTaskDefinition: ({ taskDefinition }) => ({
      taskDefinition: REVISIONS.find((each) => each.taskDefinitionArn === taskDefinition),
      tags: [
        { key: "Project", value: "platform" },
        { key: "Owner", value: "shop team" },
        { key: "Marked" },
        { key: "aws:created", value: "by AWS" },
        { value: "without a key" },
      ],
    }),
    DescribeImages: () => ({ imageDetails: [{ imageTags: ["previous-1", "build-0a1b"] }] }),
    RegisterTaskDefinition: () => ({ taskDefinition: { taskDefinitionArn: `${FAMILY}:6` } }),
    ...others,
  });
  // These clients are made for the region of each secret, after those of the account.
  vi.spyOn(SSMClient.prototype, "send").mockImplementation(() => ({ Parameters: [{}] }));
  vi.spyOn(SecretsManagerClient.prototype, "send").mockImplementation(() => ({
    VersionIdsToStages: { "a-version": ["AWSPREVIOUS"] },
  }));
  return aws;
}

function back({ rollout }: Pick<ReturnType<typeof account>, "rollout">, to?: number) {
  return rollBack({ ...rollout, to, clientSettings: { region: "us-east-1" } });
}

const changes = (calls: readonly Call[]) =>
  calls.filter(({ name }) => /^(Update|Register)/.test(name));

describe("a rollback", () => {
  test("registers the deregistered revision that was deployed before again, and updates the service to it", async () => {
    const aws = account();
    expect(await back(aws)).toEqual({
      from: { revision: "platform-web-dev:5", image: "build-0a1b" },
      to: { revision: "platform-web-dev:6", image: "build-0a1b" },
    });
    const [registered, updated, ...more] = changes(aws.calls);
    expect(registered?.input).toMatchObject({
      family: "platform-web-dev",
      cpu: "256",
      executionRoleArn: "arn:role/ecs",
      containerDefinitions: REVISIONS[1]?.containerDefinitions,
      requiresCompatibilities: ["FARGATE"],
    });
    // With those a later deployment finds it; AWS sets its own.
    expect(registered?.input["tags"]).toEqual(
      expect.arrayContaining([
        { key: "Project", value: "platform" },
        { key: "Environment", value: "dev" },
        { key: "Owner", value: "shop team" },
        { key: "Marked", value: "" },
      ]),
    );
    expect(JSON.stringify(registered?.input["tags"])).not.toMatch(/aws:created|without a key/);
    expect(updated?.input).toEqual({
      cluster: "platform-dev",
      service: "platform-web-dev",
      taskDefinition: `${FAMILY}:6`,
    });
    expect(more).toEqual([]);
  });

  test("updates the service to a revision that is still ACTIVE as it is", async () => {
    const aws = account({}, { deployed: [3, 5], current: 4 });
    expect((await back(aws)).to.revision).toBe("platform-web-dev:5");
    expect(changes(aws.calls).map(({ name, input }) => [name, input["taskDefinition"]])).toEqual([
      ["UpdateService", `${FAMILY}:5`],
    ]);
  });

  test("goes by the time of the deployments, so that a second one returns to the newer version", async () => {
    const aws = account({}, { deployed: [3, 4, 5, 4], current: 4 });
    await back(aws);
    expect(aws.calls.find(({ name }) => name === "DescribeTaskDefinition")?.input).toMatchObject({
      taskDefinition: `${FAMILY}:5`,
    });
  });

  test("takes the revision that --to names", async () => {
    const aws = account();
    await back(aws, 3);
    expect(changes(aws.calls)[0]?.input["containerDefinitions"]).toEqual(
      REVISIONS[0]?.containerDefinitions,
    );
  });

  test("takes what the oldest deployment that ECS still lists has replaced", async () => {
    const aws = account(
      {
        DescribeServiceDeployments: ({ serviceDeploymentArns }) => {
          expect(serviceDeploymentArns).toEqual(["arn:service-deployment/0-5"]);
          const sourceServiceRevisions = [{ arn: "arn:service-revision/long-ago-4" }];
          return { serviceDeployments: [{ sourceServiceRevisions }] };
        },
      },
      { deployed: [5, 5] },
    );
    expect((await back(aws)).to.revision).toBe("platform-web-dev:6");
    expect(changes(aws.calls)[0]?.input["containerDefinitions"]).toEqual(
      REVISIONS[1]?.containerDefinitions,
    );
  });

  test("reports a secret of which AWS does not tell the caller, and goes on", async () => {
    const aws = account();
    vi.spyOn(SecretsManagerClient.prototype, "send").mockRejectedValue(
      awsError("AccessDeniedException"),
    );
    await back(aws);
    expect(aws.reports).toContain(
      `AWS does not tell the caller whether the secret ${LOGIN}:::a-version exists`,
    );
  });

  test("reports a version of a secret that Secrets Manager no longer lists, and goes on", async () => {
    const aws = account();
    vi.spyOn(SecretsManagerClient.prototype, "send").mockImplementation(() => ({
      VersionIdsToStages: { "a-newer-version": ["AWSCURRENT"] },
    }));
    await back(aws);
    expect(aws.reports).toContain(
      `Secrets Manager no longer lists the version ${LOGIN}:::a-version: it may delete it at any time`,
    );
  });

  test("reports images of which AWS does not tell the caller, and goes on", async () => {
    const aws = account({
      DescribeImages: () => {
        throw awsError("AccessDeniedException");
      },
    });
    expect((await back(aws)).to).toEqual({
      revision: "platform-web-dev:6",
      image: digest("d"),
    });
    expect(aws.reports).toContain("AWS does not tell the caller whether ECR has the image of web");
  });
});

describe("a rollback that is not made", () => {
  test("after Ctrl-C during the checks registers and updates nothing", async () => {
    const interruption = new AbortController();
    const aws = account({
      DescribeImages: () => {
        interruption.abort();
        return {};
      },
    });
    const { rollout } = aws;
    const interrupted = back({ ...aws, rollout: { ...rollout, signal: interruption.signal } });
    await expect(interrupted).rejects.toThrow("interrupted; nothing was changed");
    expect(changes(aws.calls)).toEqual([]);
  });

  test("after Ctrl-C during the registration updates nothing, and names the copy", async () => {
    const interruption = new AbortController();
    const aws = account({
      RegisterTaskDefinition: () => {
        interruption.abort();
        return { taskDefinition: { taskDefinitionArn: `${FAMILY}:6` } };
      },
    });
    const { rollout } = aws;
    const interrupted = back({ ...aws, rollout: { ...rollout, signal: interruption.signal } });
    await expect(interrupted).rejects.toThrow(
      "interrupted; the service is unchanged, and platform-web-dev:6, the copy",
    );
    expect(changes(aws.calls).map(({ name }) => name)).toEqual(["RegisterTaskDefinition"]);
  });

  test("because ECS refuses it names the copy that was registered", async () => {
    const aws = account({
      UpdateService: () => {
        throw awsError("InvalidParameterException");
      },
    });
    await expect(back(aws)).rejects.toThrow(
      "→ ECS has refused it; the service is unchanged, and platform-web-dev:6, the copy of the earlier",
    );
  });
});

describe("a rollback to a version whose tasks fail as well", () => {
  /** As ECS lists them: the failed one, and the one that it rolls back to. */
  const failing = (others: readonly object[], given?: Parameters<typeof account>[1]) => {
    const state = { rolloutState: "FAILED", rolloutStateReason: "tasks failed to start" };
    const looks = [
      primary(given?.current ?? 5),
      [{ id: "new", taskDefinition: `${FAMILY}:6`, runningCount: 1, ...state }, ...others],
    ];
    const DescribeServices = () => {
      return { services: [{ status: "ACTIVE", deployments: looks.shift() ?? others }] };
    };
    return back(account({ DescribeServices }, given));
  };
  const old = { id: "old", status: "PRIMARY", taskDefinition: `${FAMILY}:5`, runningCount: 2 };

  test("ends with the version that runs, and the others that there are", async () => {
    const failed = failing([old]);
    await expect(failed).rejects.toThrow(Failure);
    await expect(failed).rejects.toThrow("web did not become healthy: tasks failed to start\n");
    await expect(failed).rejects.toThrow(
      [
        "→ Tasks of platform-web-dev:5 still run; npx platform diagnose dev web shows this again.",
        "  The same rollback would fail again. npx platform rollback dev web --to N takes another revision: 3 (deployed 2026-11-01T00:05:00Z). npx platform deploy dev deploys what the commit says.",
      ].join("\n"),
    );
  });

  test("says that no task runs, if none of the version before did", async () => {
    const failed = failing([{ ...old, runningCount: 0 }]);
    await expect(failed).rejects.toThrow("→ No other task of web runs; npx platform diagnose");
  });

  test("says that there is no other one, if there is none", async () => {
    const failed = failing([old], { deployed: [4, 5], current: 5 });
    await expect(failed).rejects.toThrow(
      "The same rollback would fail again, and there is no other revision to go back to. npx platform deploy dev",
    );
  });
});

test("the present revision is that of the service that exists, whatever else ECS lists", async () => {
  const service = { status: "ACTIVE", deployments: primary(4) };
  const replaced = { id: "older", status: "ACTIVE", taskDefinition: `${FAMILY}:5` };
  const looks = [
    {
      services: [
        { status: "INACTIVE", deployments: primary(3) },
        { ...service, deployments: [replaced, ...service.deployments] },
      ],
    },
    { services: [{ deployments: [{ id: "new", rolloutState: "COMPLETED" }] }] },
  ];
  const aws = account({ DescribeServices: () => looks.shift() });
  expect((await back(aws)).from.revision).toBe("platform-web-dev:4");
  expect(aws.calls[0]?.input).toEqual({ cluster: "platform-dev", services: ["platform-web-dev"] });
});

test("an error of ECS that says nothing of a revision is passed on, and nothing is changed", async () => {
  const throttled = awsError("ThrottlingException", "slow down");
  const aws = account({
    DescribeTaskDefinition: () => {
      throw throttled;
    },
  });
  await expect(back(aws)).rejects.toBe(throttled);
  expect(changes(aws.calls)).toEqual([]);
});

test("a rollback with all that it needs reports no doubt", async () => {
  const aws = account();
  await back(aws);
  expect(aws.reports.filter((line) => /AWS does not tell|no longer lists/.test(line))).toEqual([]);
});

test("what is not known of the present version stops no rollback", async () => {
  const looked = new Map<unknown, number>();
  const aws = account({
    DescribeTaskDefinition: ({ taskDefinition, include }) => {
      looked.set(taskDefinition, (looked.get(taskDefinition) ?? 0) + 1);
      if (taskDefinition === `${FAMILY}:5`) throw awsError("AccessDeniedException", "denied");
      // Without its tags the copy would have none.
      expect(include).toEqual(["TAGS"]);
      return { taskDefinition: REVISIONS[1] };
    },
  });
  const { from } = await back(aws);
  expect(from).toEqual({
    revision: "platform-web-dev:5",
    image: "unknown (AccessDeniedException: denied)",
  });
  expect(aws.reports[0]).toBe("checking platform-web-dev:4");
});

test("a version is that of the service's own container, by its digest if ECR has no tag of a build", async () => {
  const ready = { name: "ready", image: `${HOST}/platform-dev/ready@${digest("e")}` };
  const web = { name: "web", image: `${HOST}/platform-dev/web@${digest("d")}` };
  const containerDefinitions = [ready, web];
  const aws = account({
    DescribeTaskDefinition: ({ taskDefinition }) => ({
      taskDefinition: { taskDefinitionArn: taskDefinition, status: "ACTIVE", containerDefinitions },
    }),
    DescribeImages: () => ({ imageDetails: [{ imageTags: ["previous-1"] }] }),
  });
  expect((await back(aws)).to).toEqual({ revision: "platform-web-dev:4", image: digest("d") });
});

test("a rollback that takes too long is not to be repeated", async () => {
  const start = Date.now();
  const aws = account();
  vi.spyOn(aws.rollout.clients.ecs, "send").mockImplementation(() => {
    vi.spyOn(Date, "now").mockReturnValue(start + 3_600_000);
    throw new Error("socket hang up");
  });
  await expect(waitUntilComplete("new", aws.rollout, "elsewhere")).rejects.toThrow(
    "Do not repeat the rollback: a second one would return to the newer version.",
  );
  vi.restoreAllMocks();
});

describe("a rollback is refused, and nothing is changed,", () => {
  test("without an earlier revision that was healthy", async () => {
    const aws = account({}, { deployed: [5] });
    await expect(back(aws)).rejects.toThrow("web has no earlier revision");
    expect(changes(aws.calls)).toEqual([]);
  });

  test("for a revision that was never healthy, with a list of the others", async () => {
    const aws = account();
    await expect(back(aws, 2)).rejects.toMatchObject({
      message: "ECS does not know the revision 2 of web to have been deployed with success.",
      fix: "Choose one with --to: 4 (deployed 2026-11-02T00:05:00Z), 3 (deployed 2026-11-01T00:05:00Z)",
    });
    expect(changes(aws.calls)).toEqual([]);
  });

  test("while ECS itself rolls back, but for a revision that --to names", async () => {
    const failed = { id: "bad", rolloutState: "FAILED", rolloutStateReason: "tasks failed" };
    const looks = () => [
      [...primary(4), { ...failed, taskDefinition: `${FAMILY}:5` }],
      [{ id: "new", rolloutState: "COMPLETED" }],
    ];
    const during = () => {
      const left = looks();
      return account({
        DescribeServices: () => ({ services: [{ status: "ACTIVE", deployments: left.shift() }] }),
      });
    };
    const aws = during();
    await expect(back(aws)).rejects.toMatchObject({
      message: "ECS itself is rolling web back: tasks failed",
      fix: expect.stringContaining("npx platform status dev --watch"),
    });
    expect(changes(aws.calls)).toEqual([]);
    await expect(back(during(), 3)).resolves.toBeDefined();
  });

  test("for the present revision", async () => {
    const aws = account();
    await expect(back(aws, 5)).rejects.toThrow("web already has the revision 5");
    expect(changes(aws.calls)).toEqual([]);
  });

  test("with everything that is gone: an image, a parameter and a secret", async () => {
    const aws = account({
      DescribeImages: ({ repositoryName }) => {
        if (repositoryName === "platform-dev/web") throw awsError("ImageNotFoundException");
        return {};
      },
    });
    vi.spyOn(SSMClient.prototype, "send").mockImplementation(() => ({ Parameters: [] }));
    vi.spyOn(SecretsManagerClient.prototype, "send").mockRejectedValue(
      awsError("ResourceNotFoundException"),
    );
    await expect(back(aws)).rejects.toThrow(
      [
        "Tasks of platform-web-dev:4 could not start any more:",
        `the image of web is no longer in ECR: ${HOST}/platform-dev/web@${digest("d")}`,
        "the secret /platform-dev/web/KEY no longer exists",
        `the secret ${LOGIN}:::a-version no longer exists`,
      ].join("\n  "),
    );
    expect(changes(aws.calls)).toEqual([]);
  });

  test("for a secret that is marked for deletion", async () => {
    const aws = account();
    vi.spyOn(SecretsManagerClient.prototype, "send").mockImplementation(() => ({
      DeletedDate: new Date(),
    }));
    await expect(back(aws)).rejects.toThrow(
      refusal(`the secret ${LOGIN}:::a-version no longer exists`, "Nothing was changed."),
    );
  });

  test.each([
    ["is being deleted", () => ({ taskDefinition: revision(4, "d", "DELETE_IN_PROGRESS") })],
    [
      "is deleted",
      () => {
        throw awsError("ClientException");
      },
    ],
  ])("for a revision that %s", async (_, DescribeTaskDefinition) => {
    const aws = account({ DescribeTaskDefinition });
    await expect(back(aws)).rejects.toThrow(
      "ECS no longer has the task definition platform-web-dev:4",
    );
    expect(changes(aws.calls)).toEqual([]);
  });

  test.each([
    ["that ECS does not have", () => ({ services: [] })],
    [
      "without a cluster",
      () => {
        throw awsError("ClusterNotFoundException");
      },
    ],
  ])("for a service %s", async (_, DescribeServices) => {
    await expect(back(account({ DescribeServices }))).rejects.toThrow("web is not deployed in dev");
  });

  test("for a job, before AWS is asked", async () => {
    const aws = account();
    const web = { size: { cpu: 256, memory: 512 }, schedule: { everyMinutes: 60 } } as const;
    const rollback = { ...aws.rollout, to: undefined, clientSettings: {}, services: { web } };
    await expect(rollBack(rollback)).rejects.toThrow(
      refusal("web is a job", "Revert the commit, then npx platform deploy dev"),
    );
    expect(aws.calls).toEqual([]);
  });
});
