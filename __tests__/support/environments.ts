import type { EnvironmentSettings, Environments } from "../../spec/environment/settings";

/** Environments for a test: `dev` with settings, `blue` and `green` without, and cheap previews. */
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
