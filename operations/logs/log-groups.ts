import type { Config } from "../../spec/config";
import { logGroupPrefix } from "../../spec/names";
import { sidecarsOf } from "../../spec/service/sidecars";
import { type Services, specOf } from "../../spec/service/spec";

/** A log group of a service: that of its tasks, or of one of its sidecars. */
export interface ServiceLog {
  readonly service: string;
  /** `/ecs/platform-dev/web` */
  readonly group: string;
}

/** The log groups of these services, as stacks/platform/task-definition.ts names them. */
export function logsOf(
  wanted: readonly string[],
  { config, services }: { readonly config: Config; readonly services: Services },
): ServiceLog[] {
  return wanted.flatMap((service) => {
    const images = sidecarsOf(service, specOf(service, services)).map(({ image }) => image);
    return [service, ...images].map((image) => ({
      service,
      group: logGroupPrefix(config) + image,
    }));
  });
}
