import { SSMClient } from "@aws-sdk/client-ssm";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { vi } from "vitest";
import { rollBack } from "../../operations/rollouts/rollback";
import type { Call } from "./aws-calls";
import { rolloutWith } from "./rollout";

export const FAMILY = "arn:aws:ecs:us-east-1:123456789012:task-definition/platform-web-dev";
export const HOST = "123456789012.dkr.ecr.us-east-1.amazonaws.com";
export const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
export const LOGIN =
  "arn:aws:secretsmanager:us-east-1:123456789012:secret:platform-web-database-dev-AbCdEf";

/** The revision of a number, whose image has the digest of a letter. */
export function revision(number: number, letter: string, status = "INACTIVE") {
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

export const REVISIONS = [revision(3, "c"), revision(4, "d"), revision(5, "f", "ACTIVE")];

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

export const primary = (number: number) => {
  return [{ id: "old", status: "PRIMARY", taskDefinition: `${FAMILY}:${number}` }];
};

/** An AWS on which the fifth revision is deployed, after the third and the fourth. */
export function account(
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

export function back({ rollout }: Pick<ReturnType<typeof account>, "rollout">, to?: number) {
  return rollBack({ ...rollout, to, clientSettings: { region: "us-east-1" } });
}

export const changes = (calls: readonly Call[]) =>
  calls.filter(({ name }) => /^(Update|Register)/.test(name));
