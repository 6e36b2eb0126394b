import type { Config } from "../../spec/config";
import { taskSecrets } from "../../spec/service/secrets";
import type { Services } from "../../spec/service/spec";
import type { StoredSecret } from "./parameters";

/** A line of `npx platform secret list`; it has no value. */
export interface ListedSecret {
  readonly service: string;
  readonly name: string;
  readonly state: "set" | "missing" | "elsewhere" | "not in the catalogue";
  /** When it was last set, in UTC, or the ARN of what is kept elsewhere. */
  readonly detail: string;
}

/** The secrets of the catalogue, then those that are set and have left it. */
export function listSecrets(
  config: Config,
  services: Services,
  stored: readonly StoredSecret[],
): ListedSecret[] {
  const listed = Object.entries(services).flatMap(([service, spec]) =>
    taskSecrets(service, spec, config).map((source): ListedSecret => {
      const { name } = source;
      if ("arn" in source) return { service, name, state: "elsewhere", detail: source.arn };
      const found = stored.find(({ parameter }) => parameter === source.parameter);
      return found
        ? { service, name, state: "set", detail: timeOf(found) }
        : { service, name, state: "missing", detail: "" };
    }),
  );
  const left = stored.filter(
    (each) =>
      !listed.some(
        ({ service, name, state }) =>
          state === "set" && service === each.service && name === each.name,
      ),
  );
  return [
    ...listed,
    ...left.map((each): ListedSecret => ({
      service: each.service,
      name: each.name,
      state: "not in the catalogue",
      detail: timeOf(each),
    })),
  ];
}

function timeOf({ changed }: StoredSecret): string {
  return changed?.toISOString() ?? "";
}
