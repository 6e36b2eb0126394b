import { type ServiceSpec, type Services, specOf, urlVariable } from "./service/spec";
import type { Config } from "./config";
import { type Named, namespaceName } from "./names";

/** What a service's container is given in clear, in the probe before the push as in its task. */
export function containerEnvironment(
  service: string,
  services: Services,
  config: Config,
): Record<string, string> {
  const spec = specOf(service, services);
  const callees = (spec.calls ?? []).map((callee): [string, string] => [
    urlVariable(callee),
    privateUrl(callee, specOf(callee, services), config),
  ]);
  return {
    ...spec.environment,
    ...Object.fromEntries(callees),
    PORT: String(spec.port),
    SERVICE_NAME: service,
  };
}

/** Where a service answers its callers, inside the platform's network. */
export function privateUrl(service: string, { port }: ServiceSpec, config: Named): string {
  return `http://${service}.${namespaceName(config)}:${port}`;
}

/** The command that asks the container, from inside, whether it serves. */
export function healthCommand({ port, health }: ServiceSpec): string[] {
  return [...health.probe, `http://127.0.0.1:${port}${health.path}`];
}
