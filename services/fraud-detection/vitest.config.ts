import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: "test/support/compile.ts",
    // No test replaces a module: a process loads fastify once, and not once for each file.
    isolate: false,
    // Most of the time of the longest file is a wait, so a second one costs little even on one CPU.
    maxWorkers: 2,
    // Far above what any test takes: a machine may be busy.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
