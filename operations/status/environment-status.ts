import type { Config } from "../../spec/config";
import { resourceName } from "../../spec/names";
import { kindOf, runningServices } from "../../spec/service/kinds";
import { namesIn } from "../../spec/service/named-list";
import { type ServiceSpec, type Services } from "../../spec/service/spec";
import { unhealthy } from "../diagnosis/tasks";
import type { Clients } from "../target/clients";
import { ecsServices } from "./ecs-services";
import type { QueueStatus, StatusEntry } from "./entry";
import { jobStatus } from "./job-status";
import { queueStatus } from "./queue-status";
import { clusterTasks, runningVersions, tasksOf } from "./running-versions";
import { scalingRanges } from "./scaling-ranges";
import { readTargets, serviceStatus } from "./service-status";

/**
 * The status of every service and job of a catalogue, in its order: all services in a few requests, then one
 * for the targets of each public service, and some for each queue and each job.
 */
export async function environmentStatus(
  { config, services }: { readonly config: Config; readonly services: Services },
  clients: Clients,
): Promise<StatusEntry[]> {
  const cluster = resourceName(config);
  const names = runningServices(services).map(([service]) => resourceName(config, service));
  const [found, tasks, ranges] = await Promise.all([
    ecsServices(cluster, names, clients.ecs),
    clusterTasks(cluster, clients.ecs),
    scalingRanges(cluster, names, clients),
  ]);
  const statusOf = async (name: string, spec: ServiceSpec): Promise<StatusEntry> => {
    const kind = kindOf(spec);
    const queues = await readQueues(spec, config, clients);
    if (kind === "job") return { name, kind, queues, ...(await jobStatus(name, config, clients)) };
    const ecsName = resourceName(config, name);
    const service = found.get(ecsName);
    const own = tasksOf(tasks, ecsName);
    const status = serviceStatus(spec, {
      found: service,
      range: ranges.get(ecsName),
      unhealthy: unhealthy(own).length,
      versions: runningVersions(own, name),
      targets: service && (await readTargets(service, clients)),
    });
    return { name, kind, queues, ...status };
  };
  return await Promise.all(Object.entries(services).map(([name, spec]) => statusOf(name, spec)));
}

async function readQueues(
  { receives }: ServiceSpec,
  config: Config,
  { sqs }: Clients,
): Promise<QueueStatus[]> {
  const answers = await Promise.all(
    namesIn(receives).map((queue) => queueStatus(queue, config, sqs)),
  );
  return answers.filter((status) => status !== undefined);
}
