import { type ServiceSpec, type Services, specOf, urlVariable } from "./service/spec";
import type { Config } from "./config";
import { namespaceName } from "./names";

/** What a service's container is given in clear, in the probe before the push as in its task. */
export function containerEnvironment(
  service: string,
  services: Services,
  config: Config,
): Record<string, string> {
  const spec = specOf(service, services);
  const callees = (spec.calls ?? []).map((callee): [string, string] => [
    urlVariable(callee),
    `http://${callee}.${namespaceName(config)}:${specOf(callee, services).port}`,
  ]);
  return {
    ...spec.environment,
    ...Object.fromEntries(callees),
    PORT: String(spec.port),
    SERVICE_NAME: service,
  };
}

/** The command that asks the container, from inside, whether it serves. */
export function healthCommand({ port, health }: ServiceSpec): string[] {
  return [...health.probe, `http://127.0.0.1:${port}${health.path}`];
}
