import { type Handbook, handbookOf } from "../../operations/handbook/handbook";
import { handbookDocument } from "../../operations/handbook/handbook-document";
import { htmlOf } from "../../operations/handbook/rendering/html";
import { markdownOf } from "../../operations/handbook/rendering/markdown";
import type { Running } from "../../operations/handbook/running";
import type { Sources } from "../../operations/handbook/sources";
import type { PriceList } from "../../operations/cost/price-list";
import { readConfig } from "../../project";
import { services as catalogue } from "../../services";
import type { EnvironmentSettings } from "../../spec/environment/settings";
import type { Services } from "../../spec/service/spec";
import { listOf, resourcesIn } from "./cost";
import { environmentsWith } from "./environments";
import { synthesize } from "./synth";

/** AWS without an answer. */
export const UNREACHED: Running = {
  account: undefined,
  url: undefined,
  entries: new Map(),
  gaps: ["ECONNREFUSED: connect ECONNREFUSED 127.0.0.1:4566"],
  isLate: false,
};

/** AWS that tells of one service, which is well. */
export const REACHED: Running = {
  account: "123456789012",
  url: "http://lb.example.com",
  entries: new Map([
    [
      "web",
      {
        name: "web",
        kind: "service",
        deployed: true,
        well: true,
        queues: [],
        tasks: { running: 2, desired: 2, unhealthy: 0, range: { min: 2, max: 10 } },
        deployment: { state: "steady", since: "2026-12-01T01:00:00.000Z", reason: undefined },
        revision: "platform-web-dev:4",
        versions: ["0123456789ab"],
        targets: { healthy: 2, registered: 2 },
      },
    ],
  ]),
  gaps: [],
  isLate: false,
};

const size = { cpu: 512, memory: 1024 } as const;
const health = "/health";
/** One of each kind, with every edge, and names that are alike. */
export const shop: Services = {
  web: { port: 8080, health, size, path: "/", calls: ["orders"], owner: "shop team" },
  orders: {
    port: 9000,
    health,
    size,
    database: true,
    sends: ["exports"],
    secrets: ["STRIPE_KEY"],
    scaling: {
      min: 2,
      max: 6,
      schedule: [{ cron: "0 8 ? * MON-FRI *", min: 4, max: 20, timeZone: "Europe/Berlin" }],
    },
  },
  exports: {
    size,
    scaling: { min: 0, max: 4, backlog: 20 },
    receives: { exports: { attempts: 3, workSeconds: 300 } },
    stores: { statements: { versioned: true } },
  },
  nightly: { size, schedule: { cron: "0 3 * * ? *" }, stores: ["statements"] },
};

const WRITTEN = new Date("2026-12-01T03:00:00Z");

/** What a handbook may differ in from that of the included services in dev. */
interface Difference {
  readonly services?: Services;
  readonly settings?: EnvironmentSettings;
  readonly variables?: Record<string, string>;
  readonly running?: Running;
  readonly prices?: PriceList | undefined;
  readonly sources?: Sources;
  readonly now?: Date;
}

/** The model, from stacks that are synthesized here. */
export function handbookWith(difference: Difference = {}): Handbook {
  const { services: given = catalogue, settings = {}, variables = {} } = difference;
  const { prices, running, sources, now } = {
    prices: listOf(),
    running: UNREACHED,
    sources: { commit: "0123456789abcdef", changed: false },
    now: WRITTEN,
    ...difference,
  };
  const { config, services } = readConfig(variables, environmentsWith(settings), given, now);
  const resources = resourcesIn(synthesize(given, variables, settings));
  return handbookOf({ config, services, resources, prices, sources, running, now });
}

export async function pageWith(difference?: Difference): Promise<string> {
  return htmlOf(handbookDocument(handbookWith(difference)));
}

export function markdownWith(difference?: Difference): string {
  return markdownOf(handbookDocument(handbookWith(difference)));
}
