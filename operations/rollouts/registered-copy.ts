import {
  type ECSClient,
  RegisterTaskDefinitionCommand,
  type Tag,
  type TaskDefinition,
} from "@aws-sdk/client-ecs";
import type { Config } from "../../spec/config";
import { environmentTags } from "../../stacks/options/providers";

/**
 * Registers a revision again that a deployment has deregistered: ECS updates no service to an INACTIVE one.
 * The copy has the next number of the family, and the tags by which a later deployment deregisters it.
 *
 * @returns its ARN
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-definition-state.html
 */
export async function registerCopy(
  revision: TaskDefinition,
  tags: readonly Tag[],
  config: Config,
  ecs: ECSClient,
): Promise<string> {
  const { family, taskRoleArn, executionRoleArn, networkMode, containerDefinitions } = revision;
  const { volumes, cpu, memory, runtimePlatform, ephemeralStorage, proxyConfiguration } = revision;
  const { taskDefinition = {} } = await ecs.send(
    new RegisterTaskDefinitionCommand({
      family,
      taskRoleArn,
      executionRoleArn,
      networkMode,
      containerDefinitions,
      volumes,
      cpu,
      memory,
      runtimePlatform,
      ephemeralStorage,
      proxyConfiguration,
      requiresCompatibilities: ["FARGATE"],
      tags: tagsOf(tags, config),
    }),
  );
  return taskDefinition.taskDefinitionArn ?? "unknown";
}

/** Those of the revision without AWS's own, which no request may set; the environment's in any case. */
function tagsOf(tags: readonly Tag[], config: Config): Tag[] {
  const own = tags.flatMap(({ key, value }) =>
    key === undefined || key.startsWith("aws:") ? [] : [[key, value ?? ""] as const],
  );
  return Object.entries({ ...Object.fromEntries(own), ...environmentTags(config) }).map(
    ([key, value]) => ({ key, value }),
  );
}
