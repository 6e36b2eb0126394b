import { SSMClient } from "@aws-sdk/client-ssm";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { describe, expect, test, vi } from "vitest";
import { rollBack } from "../../../../operations/rollouts/rollback";
import { awsError } from "../../../support/preflight";
import { refusal } from "../../../support/refusal";
import {
  FAMILY,
  HOST,
  digest,
  LOGIN,
  revision,
  primary,
  account,
  back,
  changes,
} from "../../../support/rollback";

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
