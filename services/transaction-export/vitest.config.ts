import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: "test/support/compile.ts",
    // The AWS SDK warns of Node.js 20, which only the tests may run on.
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" },
    // No test replaces a module: a process loads the AWS SDK once, and not once for each file.
    isolate: false,
    maxWorkers: 2,
    // Far above what any test takes: a machine may be busy.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
