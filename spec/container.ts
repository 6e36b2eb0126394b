import { bucketVariable, bucketsUsedBy } from "./service/buckets";
import { healthCheckOf, httpServiceOf } from "./service/kinds";
import { queueName, queueVariable, queuesUsedBy } from "./service/queues";
import {
  type HttpService,
  type ServiceSpec,
  type Services,
  specOf,
  urlVariable,
} from "./service/spec";
import type { Config } from "./config";
import { type Named, type Placed, namespaceName } from "./names";
import type { NamedSidecar } from "./service/sidecars";

/** A container's plain environment variables, the same in the probe before the push and in its task. */
export function containerEnvironment(
  service: string,
  services: Services,
  config: Config,
): Record<string, string> {
  const spec = specOf(service, services);
  const callees = (spec.calls ?? []).map((callee): [string, string] => [
    urlVariable(callee),
    privateUrl(callee, httpServiceOf(callee, services), config),
  ]);
  return {
    ...spec.environment,
    ...Object.fromEntries(callees),
    ...(spec.port !== undefined && { PORT: String(spec.port) }),
    SERVICE_NAME: service,
  };
}

/** The plain variables of a sidecar's container, the same in the probe before the push and in its task. */
export function sidecarEnvironment({ service, sidecar }: NamedSidecar): Record<string, string> {
  return { ...sidecar.environment, SERVICE_NAME: service };
}

/** A container's variables in the probe, where those that AWS decides have a value that only looks right. */
export function probeEnvironment(
  service: string,
  services: Services,
  config: Config,
): Record<string, string> {
  return {
    ...containerEnvironment(service, services, config),
    ...edgeStandIns(specOf(service, services), config),
  };
}

/**
 * Well-formed values for the variables of a service's queues and buckets. Nothing has them: no account has
 * the ID 0, and AWS keeps buckets that start like these for its own examples.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
 */
function edgeStandIns(spec: ServiceSpec, config: Placed): Record<string, string> {
  const host = `https://sqs.${config.region}.amazonaws.com/000000000000`;
  return Object.fromEntries([
    ...queuesUsedBy(spec).map((queue) => [
      queueVariable(queue),
      `${host}/${queueName(config, queue)}`,
    ]),
    ...bucketsUsedBy(spec).map((bucket) => [bucketVariable(bucket), `amzn-s3-demo-${bucket}`]),
  ]) as Record<string, string>;
}

/** The URL at which callers reach a service inside the platform's network. */
export function privateUrl(service: string, { port }: HttpService, config: Named): string {
  return `http://${service}.${namespaceName(config)}:${port}`;
}

/** Where a service answers for its health inside its network interface, which other containers share. */
export function healthUrl(spec: HttpService): string {
  return `http://127.0.0.1:${spec.port}${healthCheckOf(spec).path}`;
}
