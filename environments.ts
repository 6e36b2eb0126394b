import { services } from "./services";
import { defineEnvironments } from "./spec/environment/settings";

/**
 * Every environment by its suffix, and what it has otherwise than the defaults. PLATFORM_SUFFIX names
 * one of them, or a preview: a suffix that begins with `pr-`.
 */
export const environments = defineEnvironments(services, {
  dev: {},
  /** Runs what has become healthy in dev, image by image, and builds nothing. */
  prod: {
    promoteFrom: { environment: "dev" },
    database: { minCapacity: 0.5, maxCapacity: 16 },
  },
  /** Each preview: cheap, and gone three days after its last deployment. */
  preview: {
    natGateways: "shared",
    capacity: "spot",
    scaling: { min: 1, max: 1 },
    database: { minCapacity: 0, maxCapacity: 1 },
    lifetimeHours: 72,
  },
  /** On the local AWS, each suffix that is none of the others. */
  local: {
    architecture: process.arch === "arm64" ? "ARM64" : "X86_64",
  },
});
