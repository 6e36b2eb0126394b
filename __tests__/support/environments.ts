import type { EnvironmentSettings, Environments } from "../../stacks/environment-settings";

/** Environments of a test: `dev`, `blue` and `green` with the same settings, and cheap previews. */
export function environmentsWith(settings: EnvironmentSettings = {}): Environments {
  return {
    ...{ dev: settings, blue: settings, green: settings, local: {} },
    preview: {
      natGateways: "shared",
      capacity: "spot",
      scaling: { min: 1, max: 1 },
      database: { minCapacity: 0, maxCapacity: 1 },
      lifetimeHours: 72,
    },
  };
}
