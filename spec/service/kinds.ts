import { type Rollout, healthySeconds } from "../limits";
import { limitsOf } from "./limits";
import { type Scaling, fewestTasks } from "./scaling";
import {
  type HealthCheck,
  type HttpService,
  type Job,
  type ServiceSpec,
  type Services,
  type Worker,
  specOf,
} from "./spec";

/** What an entry of the catalogue is, by its words. */
export type Kind = "service" | "worker" | "job";

/** `port` makes an HTTP service, `schedule` a job, and neither a worker. */
export function kindOf({ port, schedule }: { port?: unknown; schedule?: unknown }): Kind {
  if (port !== undefined) return "service";
  return schedule === undefined ? "worker" : "job";
}

/** The entry of an HTTP service that is known to be one, such as that of a checked `calls` entry. */
export function httpServiceOf(service: string, services: Services): HttpService {
  const spec = specOf(service, services);
  if (spec.port === undefined) throw new Error(`${service} is not an HTTP service`);
  return spec;
}

/** The services with a port, by name. */
export function httpServices(services: Services): [string, HttpService][] {
  return Object.entries(services).flatMap(([name, spec]): [string, HttpService][] =>
    spec.port === undefined ? [] : [[name, spec]],
  );
}

/** What ECS keeps running, by name: HTTP services and workers. */
export function runningServices(services: Services): [string, HttpService | Worker][] {
  return Object.entries(services).flatMap(([name, spec]): [string, HttpService | Worker][] =>
    spec.schedule === undefined ? [[name, spec]] : [],
  );
}

/** The jobs, by name. */
export function jobs(services: Services): [string, Job][] {
  return Object.entries(services).flatMap(([name, spec]): [string, Job][] =>
    spec.schedule === undefined ? [] : [[name, spec]],
  );
}

/** A service's health check, however it is written. */
export function healthCheckOf({ health }: Pick<HttpService, "health">): HealthCheck {
  return typeof health === "string" ? { path: health } : health;
}

/** @default of `scaling` */
export const DEFAULT_SCALING: Scaling = { min: 2, max: 10 };

/** Whether it is well without a task: a worker that waits for messages. */
export function mayHaveNone({ scaling = DEFAULT_SCALING }: ServiceSpec): boolean {
  return fewestTasks(scaling) === 0;
}

/** The parts of a service's deployment that take time. */
export function rolloutOf(service: ServiceSpec): Rollout {
  const { scaling = DEFAULT_SCALING, database, migrate } = service;
  const preparations = [database, migrate].filter(Boolean).length;
  const { startSeconds, killSeconds } = limitsOf(service);
  const beside = Object.values(service.sidecars ?? {});
  // The service starts once they are healthy, and they are stopped once it has ended.
  const starts = beside.filter(({ health }) => health).map((each) => limitsOf(each).startSeconds);
  const stops = beside.map((each) => limitsOf(each).killSeconds);
  return {
    // A deployment of no task is complete at once. One that has some may have one.
    tasks: Math.max(fewestTasks(scaling), 1),
    preparations,
    startSeconds: startSeconds + (starts.length > 0 ? healthySeconds(Math.max(...starts)) : 0),
    killSeconds: killSeconds + Math.max(0, ...stops),
  };
}

/** The paths of all public services. */
export function publicPaths(services: Services): string[] {
  return Object.values(services).flatMap(({ path }) => (path === undefined ? [] : [path]));
}
