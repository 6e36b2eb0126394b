import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { describe, expect, test, vi } from "vitest";
import { waitUntilComplete } from "../../../../operations/rollouts/rollout-wait";
import { Failure } from "../../../../operations/terminal/run";
import { awsError } from "../../../support/preflight";
import {
  FAMILY,
  HOST,
  digest,
  LOGIN,
  REVISIONS,
  primary,
  account,
  back,
  changes,
} from "../../../support/rollback";

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
