import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

/** Its warning of Node.js 20 would be in the output of each suite. */
const env = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" };

/** Tests that replace a module; in one process with others they would get the one that is loaded. */
const ISOLATED = "__tests__/unit/**/*.isolated.test.ts";

/** On a busy machine nothing that a unit test waits for takes so long, unless it never comes. */
const unit = {
  env,
  globalSetup: ["__tests__/support/home.ts"],
  setupFiles: ["__tests__/support/setup.ts"],
  testTimeout: 60_000,
  hookTimeout: 60_000,
  // Vitest leaves a core to itself, which of two is half of the machine.
  maxWorkers: Math.max(2, availableParallelism() - 1),
};

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...unit,
          name: "unit",
          include: ["__tests__/unit/**/*.test.ts"],
          exclude: [ISOLATED],
          // One process loads cdktf and the AWS SDK once, and not once for each file.
          isolate: false,
          restoreMocks: true,
        },
      },
      { test: { ...unit, name: "isolated", include: [ISOLATED] } },
      {
        test: {
          name: "local",
          env,
          include: ["__tests__/local/**/*.test.ts"],
          // Each has the local AWS, or all of the machine, to itself.
          fileParallelism: false,
        },
      },
    ],
  },
});
