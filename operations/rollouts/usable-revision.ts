import { DescribeTaskDefinitionCommand, type Tag, type TaskDefinition } from "@aws-sdk/client-ecs";
import type { Config } from "../../spec/config";
import { lastPart } from "../diagnosis/log-stream";
import { hasName } from "../target/aws-error";
import type { ClientSettings, Clients } from "../target/clients";
import { type Report, Refusal } from "../terminal/refusal";
import { type RevisionImage, revisionImages } from "./revision-images";
import { type RevisionSecret, revisionSecrets } from "./revision-secrets";

/** A revision that ECS can start tasks of, once it is registered again if it is not ACTIVE. */
export interface UsableRevision {
  readonly revision: TaskDefinition;
  readonly tags: readonly Tag[];
  readonly images: readonly RevisionImage[];
}

/** What a revision is checked with. */
export interface RevisionCheck {
  readonly config: Config;
  readonly clients: Clients;
  readonly clientSettings: ClientSettings;
  readonly report: Report;
}

/**
 * Checks all that tasks of a revision start with: ECS still has it, ECR its images, and Secrets Manager and
 * Systems Manager its secrets. What AWS does not tell the caller, and a version of a secret that may go, is
 * reported, and refuses nothing.
 *
 * @throws Refusal with everything that is gone
 */
export async function usableRevision(arn: string, check: RevisionCheck): Promise<UsableRevision> {
  const { config, clients, clientSettings, report } = check;
  const { revision, tags } = await describe(arn, clients);
  const [images, secrets] = await Promise.all([
    revisionImages(revision, clients),
    revisionSecrets(revision, config.region, clientSettings),
  ]);
  for (const line of doubtsOf(images, secrets)) report(line);
  const problems = problemsOf(images, secrets);
  if (problems.length > 0) {
    throw new Refusal(
      [`Tasks of ${lastPart(arn)} could not start any more:`, ...problems].join("\n  "),
      "Nothing was changed. Choose another revision with --to, or revert the commit and deploy.",
    );
  }
  return { revision, tags, images };
}

async function describe(taskDefinition: string, { ecs }: Clients) {
  const gone = new Refusal(
    `ECS no longer has the task definition ${lastPart(taskDefinition)}.`,
    "Nothing was changed. Choose another revision with --to, or revert the commit and deploy.",
  );
  try {
    const answer = await ecs.send(
      new DescribeTaskDefinitionCommand({ taskDefinition, include: ["TAGS"] }),
    );
    const { taskDefinition: revision, tags = [] } = answer;
    if (!revision || revision.status === "DELETE_IN_PROGRESS") throw gone;
    return { revision, tags };
  } catch (error) {
    // The error for a revision that is not found; another one has another name.
    if (hasName(error, "ClientException")) throw gone;
    throw error;
  }
}

function doubtsOf(images: readonly RevisionImage[], secrets: readonly RevisionSecret[]): string[] {
  return [
    ...images
      .filter(({ state }) => state === "not told")
      .map(({ name }) => `AWS does not tell the caller whether ECR has the image of ${name}`),
    ...secrets
      .filter(({ state }) => state === "not told")
      .map(
        ({ valueFrom }) => `AWS does not tell the caller whether the secret ${valueFrom} exists`,
      ),
    ...secrets
      .filter(({ state }) => state === "version not listed")
      .map(
        ({ valueFrom }) =>
          `Secrets Manager no longer lists the version ${valueFrom}: it may delete it at any time`,
      ),
  ];
}

function problemsOf(
  images: readonly RevisionImage[],
  secrets: readonly RevisionSecret[],
): string[] {
  return [
    ...images
      .filter(({ state }) => state === "gone")
      .map(({ name, image }) => `the image of ${name} is no longer in ECR: ${image}`),
    ...secrets
      .filter(({ state }) => state === "gone")
      .map(({ valueFrom }) => `the secret ${valueFrom} no longer exists`),
  ];
}
