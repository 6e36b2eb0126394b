import { list, record } from "./terraform-events";

/** An instance of a resource in a state. */
export interface StateResource {
  readonly name: string;
  readonly address: string;
  /** Whether the next plan replaces it. */
  readonly isTainted: boolean;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** The managed resources of one type in a Terraform state. */
export function resourcesIn(state: unknown, type: string): StateResource[] {
  return list(record(state)["resources"])
    .map(record)
    .filter((resource) => resource["mode"] === "managed" && resource["type"] === type)
    .flatMap(({ name, instances }) =>
      list(instances)
        .map(record)
        .map(({ status, attributes }) => ({
          name: String(name),
          address: `${type}.${String(name)}`,
          isTainted: status === "tainted",
          attributes: record(attributes),
        })),
    );
}
