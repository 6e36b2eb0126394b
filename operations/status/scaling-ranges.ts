import { paginateDescribeScalableTargets } from "@aws-sdk/client-application-auto-scaling";
import type { Clients } from "../target/clients";
import type { TaskCount } from "./entry";

/** The most resources of one request. */
const TARGETS_AT_ONCE = 50;

/**
 * The range of tasks that each service has now, by its name in ECS: a schedule changes it at its times.
 *
 * @see https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DescribeScalableTargets.html
 */
export async function scalingRanges(
  cluster: string,
  names: readonly string[],
  { scaling: client }: Pick<Clients, "scaling">,
): Promise<ReadonlyMap<string, NonNullable<TaskCount["range"]>>> {
  const found = new Map<string, NonNullable<TaskCount["range"]>>();
  for (let start = 0; start < names.length; start += TARGETS_AT_ONCE) {
    const some = names.slice(start, start + TARGETS_AT_ONCE);
    const pages = paginateDescribeScalableTargets(
      { client },
      {
        ServiceNamespace: "ecs",
        ScalableDimension: "ecs:service:DesiredCount",
        ResourceIds: some.map((name) => `service/${cluster}/${name}`),
      },
    );
    for await (const page of pages) {
      for (const { ResourceId = "", MinCapacity: min, MaxCapacity: max } of page.ScalableTargets ??
        []) {
        const name = ResourceId.split("/").at(-1) ?? "";
        if (min !== undefined && max !== undefined) found.set(name, { min, max });
      }
    }
  }
  return found;
}
