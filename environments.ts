import { services } from "./services";
import { defineEnvironments } from "./spec/environment/settings";

/**
 * Every environment by its suffix, with its overrides of the defaults. PLATFORM_SUFFIX selects one of
 * them, or a preview: a suffix that starts with `pr-`.
 */
export const environments = defineEnvironments(services, {
  dev: {},
  /** Runs the images that have become healthy in dev, and builds none. */
  prod: {
    protected: true,
    // It ships without a domain, which only its owner has: replace this with `domain`.
    plainHttp: true,
    promoteFrom: { environment: "dev" },
    database: { minCapacity: 0.5, maxCapacity: 16 },
  },
  /** All previews: cheap, and expiring three days after the last deployment. */
  preview: {
    natGateways: "shared",
    capacity: "spot",
    scaling: { min: 1, max: 1 },
    database: { minCapacity: 0, maxCapacity: 1 },
    lifetimeHours: 72,
  },
  /** Every unlisted suffix on the local AWS. */
  local: {
    architecture: process.arch === "arm64" ? "ARM64" : "X86_64",
  },
});
