import { healthCheckOf, httpServiceOf } from "./service/kinds";
import { type HttpService, type Services, specOf, urlVariable } from "./service/spec";
import type { Config } from "./config";
import { type Named, namespaceName } from "./names";

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

/** The URL at which callers reach a service inside the platform's network. */
export function privateUrl(service: string, { port }: HttpService, config: Named): string {
  return `http://${service}.${namespaceName(config)}:${port}`;
}

/** Where a service answers for its health inside its network interface, which other containers share. */
export function healthUrl(spec: HttpService): string {
  return `http://127.0.0.1:${spec.port}${healthCheckOf(spec).path}`;
}
