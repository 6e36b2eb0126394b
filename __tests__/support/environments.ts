import { readEnvironments } from "../../spec/environment/problems";
import type { EnvironmentSettings, Environments } from "../../spec/environment/settings";
import type { Services } from "../../spec/service/spec";
import { fixture } from "./services";

/** Environments for a test: `dev` with settings, `blue` without, `green` that signs, and cheap previews. */
export function environmentsWith(settings: EnvironmentSettings = {}): Environments {
  return {
    dev: settings,
    blue: {},
    green: { sign: true },
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

/** What is wrong with environments whose `dev` is written like this. */
export function environmentProblems(written: object, services: Services = fixture): string[] {
  return readEnvironments({ ...environmentsWith(), dev: written }, services).problems;
}
