import type { Services } from "../../../spec/service/spec";
import { databaseOwners } from "../../../spec/service/database-name";
import { kindOf } from "../../../spec/service/kinds";
import { bucketsOf, bucketsUsedBy } from "../../../spec/service/buckets";
import { namesIn } from "../../../spec/service/named-list";
import { queuesOf } from "../../../spec/service/queues";

/** What is in the diagram, by the shape that it has there. */
export type NodeKind =
  "internet" | "load-balancer" | "service" | "worker" | "job" | "queue" | "bucket" | "database";

export interface TopologyNode {
  /** Unique in the diagram: a queue may have the name of a service. */
  readonly id: string;
  readonly kind: NodeKind;
  readonly label: string;
}

/** What goes from one to the other. */
export interface TopologyEdge {
  readonly from: string;
  readonly to: string;
  readonly kind: "request" | "message" | "data";
  readonly label?: string;
}

/** Who talks to whom in an environment. */
export interface Topology {
  readonly nodes: readonly TopologyNode[];
  readonly edges: readonly TopologyEdge[];
}

const INTERNET = "internet";
const LOAD_BALANCER = "load-balancer";
const DATABASE = "database";

/** Draws a catalogue: every service, job, queue and bucket, the load balancer, and the database. */
export function topologyOf(services: Services): Topology {
  const entries = Object.entries(services);
  const isPublic = entries.some(([, { path }]) => path !== undefined);
  const hasDatabase = databaseOwners(services).size > 0;
  return {
    nodes: [
      ...(isPublic
        ? [
            node(INTERNET, "internet", "Internet"),
            node(LOAD_BALANCER, "load-balancer", "Load balancer"),
          ]
        : []),
      ...entries.map(([name, spec]) => node(serviceId(name), kindOf(spec), name)),
      ...[...queuesOf(services).keys()].map((name) => node(queueId(name), "queue", name)),
      ...[...bucketsOf(services).keys()].map((name) => node(bucketId(name), "bucket", name)),
      ...(hasDatabase ? [node(DATABASE, "database", "Aurora")] : []),
    ],
    edges: [
      ...(isPublic ? [edge(INTERNET, LOAD_BALANCER, "request")] : []),
      ...entries.flatMap(([name, spec]) => edgesOf(name, spec)),
    ],
  };
}

function edgesOf(name: string, spec: Services[string]): TopologyEdge[] {
  const self = serviceId(name);
  return [
    ...(spec.path === undefined ? [] : [edge(LOAD_BALANCER, self, "request", spec.path)]),
    ...(spec.calls ?? []).map((callee) => edge(self, serviceId(callee), "request")),
    ...(spec.sends ?? []).map((queue) => edge(self, queueId(queue), "message")),
    ...namesIn(spec.receives).map((queue) => edge(queueId(queue), self, "message")),
    ...bucketsUsedBy(spec).map((bucket) => edge(self, bucketId(bucket), "data")),
    ...(spec.database ? [edge(self, DATABASE, "data")] : []),
  ];
}

function node(id: string, kind: NodeKind, label: string): TopologyNode {
  return { id, kind, label };
}

function edge(from: string, to: string, kind: TopologyEdge["kind"], label?: string): TopologyEdge {
  return { from, to, kind, ...(label !== undefined && { label }) };
}

function serviceId(name: string): string {
  return `service ${name}`;
}

function queueId(name: string): string {
  return `queue ${name}`;
}

function bucketId(name: string): string {
  return `bucket ${name}`;
}
