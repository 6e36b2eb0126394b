import type { Resource } from "../../operations/cost/resources";

/** Maps that are no blocks: Terraform keeps them as they are. */
const MAPS = ["tags", "input"];

/**
 * The resources as the state has them after a deployment: their references replaced by ARNs, ids and names,
 * each block in a list, and each scaling target with a schedule in the range of its last time.
 */
export function asDeployed(resources: readonly Resource[]): Resource[] {
  const identities = new Map(resources.map((each) => [each.address, identityOf(each)]));
  return resources.map((each) => ({
    ...each,
    values: {
      ...resolved(each.values, identities),
      ...identities.get(each.address),
      ...(isScheduled(each, resources) && { min_capacity: 7, max_capacity: 7 }),
    },
  }));
}

function isScheduled({ address }: Resource, resources: readonly Resource[]): boolean {
  return resources.some(
    ({ type, values }) =>
      type === "aws_appautoscaling_scheduled_action" &&
      String(values["resource_id"]).includes(address),
  );
}

function identityOf({ type, values, address }: Resource): Readonly<Record<string, string>> {
  const { family, name: own, cluster_identifier: cluster } = values;
  const name = [own, cluster].find((each) => typeof each === "string") ?? address;
  const path = typeof family === "string" ? `task-definition/${family}:7` : `${type}/${name}`;
  return { id: name, arn: `arn:aws:service:us-east-1:111122223333:${path}` };
}

type Identities = ReadonlyMap<string, Readonly<Record<string, string>>>;

function resolved(
  values: Readonly<Record<string, unknown>>,
  identities: Identities,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => {
      const isBlock = typeof value === "object" && value !== null && !Array.isArray(value);
      return [
        key,
        isBlock && !MAPS.includes(key) ? [inState(value, identities)] : inState(value, identities),
      ];
    }),
  );
}

function inState(value: unknown, identities: Identities): unknown {
  if (Array.isArray(value)) return value.map((each) => inState(each, identities));
  if (typeof value === "object" && value !== null) return resolved({ ...value }, identities);
  if (typeof value !== "string") return value;
  return value.replace(
    /\$\{(aws_\w+[.][\w-]+)[.](\w+)\}/g,
    (all, address: string, name: string) => {
      const identity = identities.get(address);
      return identity?.[name] ?? identity?.["id"] ?? all;
    },
  );
}
