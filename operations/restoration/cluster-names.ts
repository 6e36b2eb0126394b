import type { Config } from "../../spec/config";
import { RESTORING, resourceName } from "../../spec/names";

/** The clusters and instances that an environment has during and after a restore, by identifier. */
export interface ClusterNames {
  /** The environment's own, which Terraform knows. */
  readonly main: string;
  /** The one that is restored, until it takes the name of the other. */
  readonly restoring: string;
  /** The one that it took the name of. It stays, with what was written since the restore point. */
  readonly replaced: string;
  readonly writer: string;
  readonly restoringWriter: string;
}

export function clusterNames(config: Config): ClusterNames {
  return {
    main: resourceName(config),
    restoring: resourceName(config, RESTORING),
    replaced: resourceName(config, "replaced"),
    writer: resourceName(config, "writer"),
    restoringWriter: resourceName(config, RESTORING, "writer"),
  };
}

/** `platform-replaced-reader-dev` for `platform-reader-dev`. */
export function replacedInstance(instance: string, config: Config): string {
  const [beginning = "", ending = ""] = resourceName(config, "*").split("*");
  const kind = instance.slice(beginning.length, instance.length - ending.length);
  return kind.startsWith("replaced-") ? instance : resourceName(config, "replaced", kind);
}
