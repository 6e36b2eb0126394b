import type { EnvironmentSettings, Environments } from "../../spec/environment/settings";

/** Environments of a test: `dev` with some settings, `blue` and `green` with none, and cheap previews. */
export function environmentsWith(settings: EnvironmentSettings = {}): Environments {
  return {
    dev: settings,
    blue: {},
    green: {},
    local: {},
    preview: {
      natGateways: "shared",
      capacity: "spot",
      scaling: { min: 1, max: 1 },
      database: { minCapacity: 0, maxCapacity: 1 },
      lifetimeHours: 72,
    },
  };
}
