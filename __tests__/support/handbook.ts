import { type Handbook, handbookOf } from "../../operations/handbook/handbook";
import { handbookDocument } from "../../operations/handbook/handbook-document";
import { htmlOf } from "../../operations/handbook/rendering/html";
import { markdownOf } from "../../operations/handbook/rendering/markdown";
import type { Running } from "../../operations/handbook/running";
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

const WRITTEN = new Date("2026-12-01T03:00:00Z");

/** What a handbook may differ in from that of the included services in dev. */
interface Difference {
  readonly services?: Services;
  readonly settings?: EnvironmentSettings;
  readonly variables?: Record<string, string>;
  readonly running?: Running;
  readonly prices?: PriceList | undefined;
  readonly now?: Date;
}

/** The model, from stacks that are synthesized here. */
export function handbookWith(difference: Difference = {}): Handbook {
  const { services: given = catalogue, settings = {}, variables = {} } = difference;
  const { prices, running, now } = {
    prices: listOf(),
    running: UNREACHED,
    now: WRITTEN,
    ...difference,
  };
  const { config, services } = readConfig(variables, environmentsWith(settings), given, now);
  const resources = resourcesIn(synthesize(given, variables, settings));
  const sources = { commit: "0123456789abcdef", changed: false };
  return handbookOf({ config, services, resources, prices, sources, running, now });
}

export async function pageWith(difference?: Difference): Promise<string> {
  return htmlOf(handbookDocument(handbookWith(difference)));
}

export function markdownWith(difference?: Difference): string {
  return markdownOf(handbookDocument(handbookWith(difference)));
}
