import { readConfig } from "../../project";
import type { Rollout } from "../../operations/rollouts/rollout";
import { createClients } from "../../operations/target/clients";
import { type Call, callsOf } from "./aws-calls";
import { fixture } from "./services";

const { config } = readConfig({});

/** A deployment as ECS describes it. */
interface Deployment {
  readonly id: string;
  readonly [fact: string]: unknown;
}

/** The clients of an ECS that starts the deployment `new`, then shows these states of a service, one a look. */
export function rolloutWith(
  states: readonly (readonly Deployment[])[],
  answers: Parameters<typeof callsOf>[1] = {},
): { readonly rollout: Rollout; readonly calls: readonly Call[]; readonly reports: string[] } {
  const clients = createClients({ region: config.region });
  const left = [...states];
  const calls = callsOf(clients, {
    UpdateService: () => {
      const replaced = { id: "old", status: "ACTIVE" };
      return { service: { deployments: [replaced, { id: "new", status: "PRIMARY" }] } };
    },
    DescribeServices: () => ({
      services: [{ status: "ACTIVE", deployments: left.shift() ?? [] }],
    }),
    ...answers,
  });
  const reports: string[] = [];
  const rollout: Rollout = {
    service: "web",
    config,
    services: fixture,
    clients,
    signal: new AbortController().signal,
    report: (line) => void reports.push(line),
  };
  return { rollout, calls, reports };
}
