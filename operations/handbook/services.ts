import type { Config } from "../../spec/config";
import { privateUrl } from "../../spec/container";
import { resourceName } from "../../spec/names";
import { bucketsUsedBy } from "../../spec/service/buckets";
import { databaseName } from "../../spec/service/database-name";
import { type Kind, healthCheckOf, kindOf } from "../../spec/service/kinds";
import { namesIn } from "../../spec/service/named-list";
import { jobLimitsOf } from "../../spec/service/schedule";
import { taskSecrets } from "../../spec/service/secrets";
import type { ServiceSpec, Services } from "../../spec/service/spec";
import { type Resource, ofType } from "../cost/resources";
import { sizeOf } from "../cost/task-size";
import { logsOf } from "../logs/log-groups";
import type { StatusEntry } from "../status/entry";
import type { Running } from "./running";
import { type Scaling, scalingOf } from "./scaling";

/** A service, worker or job, by the catalogue and the stacks. */
export interface ServiceEntry {
  readonly name: string;
  readonly kind: Kind;
  readonly owner: string | undefined;
  /** Its name on AWS. */
  readonly resource: string;
  /** Its path at the load balancer; `undefined` for a private one. */
  readonly path: string | undefined;
  /** At the load balancer; a path alone as long as its address is not known. */
  readonly publicUrl: string | undefined;
  /** For its callers within the network. */
  readonly privateUrl: string | undefined;
  readonly healthPath: string | undefined;
  /** `0.25 vCPU and 0.5 GB` */
  readonly size: string;
  /** `undefined` for a job. */
  readonly scaling: Scaling | undefined;
  /** `undefined` for all but a job. */
  readonly runs: JobRuns | undefined;
  readonly database: string | undefined;
  readonly calls: readonly string[];
  readonly calledBy: readonly string[];
  readonly sends: readonly string[];
  readonly receives: readonly string[];
  readonly buckets: readonly string[];
  readonly sidecars: readonly string[];
  /** The variables whose values are secret: the names alone. */
  readonly secrets: readonly string[];
  readonly logGroups: readonly string[];
  /** What runs now; `undefined` if AWS did not say. */
  readonly now: StatusEntry | undefined;
}

/** When a job starts, and how long a run may take. */
export interface JobRuns {
  readonly schedule: string;
  readonly timeZone: string;
  readonly limitMinutes: number;
  readonly retries: number;
  readonly overlap: boolean;
}

/** What the entries are made of. */
export interface ServiceSources {
  readonly config: Config;
  readonly services: Services;
  readonly resources: readonly Resource[];
  readonly running: Running;
}

/** Every entry of the catalogue, in its order. */
export function serviceEntries(sources: ServiceSources): ServiceEntry[] {
  return Object.entries(sources.services).map(([name, spec]) => serviceEntry(name, spec, sources));
}

function serviceEntry(name: string, spec: ServiceSpec, sources: ServiceSources): ServiceEntry {
  const { config, services, resources, running } = sources;
  const resource = resourceName(config, name);
  const definition = namedBy("family", "aws_ecs_task_definition", resource, resources);
  const service = namedBy("name", "aws_ecs_service", resource, resources);
  const isHttp = spec.port !== undefined;
  return {
    name,
    kind: kindOf(spec),
    owner: spec.owner,
    resource,
    path: spec.path,
    publicUrl: spec.path === undefined ? undefined : `${running.url ?? ""}${spec.path}`,
    privateUrl: isHttp ? privateUrl(name, spec, config) : undefined,
    healthPath: isHttp ? healthCheckOf(spec).path : undefined,
    size: definition === undefined ? "unknown" : sizeOf(definition),
    scaling: service && scalingOf(service, resources),
    runs: runsOf(spec, resource, resources),
    database: databaseName(name, spec),
    calls: spec.calls ?? [],
    calledBy: Object.entries(services).flatMap(([caller, { calls = [] }]) =>
      calls.includes(name) ? [caller] : [],
    ),
    sends: spec.sends ?? [],
    receives: namesIn(spec.receives),
    buckets: bucketsUsedBy(spec),
    sidecars: Object.keys(spec.sidecars ?? {}),
    secrets: [...new Set(taskSecrets(name, spec, config).map((secret) => secret.name))],
    logGroups: logsOf([name], sources).map(({ group }) => group),
    now: running.entries.get(name),
  };
}

function runsOf(
  { schedule }: ServiceSpec,
  resource: string,
  resources: readonly Resource[],
): JobRuns | undefined {
  if (schedule === undefined) return undefined;
  const due = namedBy("name", "aws_scheduler_schedule", resource, resources)?.values ?? {};
  return {
    schedule: String(due["schedule_expression"]),
    timeZone: String(due["schedule_expression_timezone"]),
    ...jobLimitsOf(schedule),
  };
}

function namedBy(
  attribute: string,
  type: string,
  name: string,
  resources: readonly Resource[],
): Resource | undefined {
  return ofType(resources, type).find(({ values }) => values[attribute] === name);
}
