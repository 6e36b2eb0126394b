/**
 * A mutation run of one folder: Stryker puts faults into it, one at a time, and the tests of that folder
 * should notice. Other tests would notice more, and take a day.
 *
 * @see https://stryker-mutator.io/docs/stryker-js/configuration/
 * @param {"spec" | "stacks" | "operations"} folder
 * @param {readonly string[]} tests Further test files of the folder, below `__tests__/unit`.
 * @returns {import("@stryker-mutator/api/core").PartialStrykerOptions}
 */
export const options = (folder, tests) => ({
  mutate: [`${folder}/**/*.ts`],
  testFiles: [folder + "/**", ...tests].map((files) => `__tests__/unit/${files}.test.ts`),
  plugins: ["@stryker-mutator/vitest-runner"],
  testRunner: "vitest",
  vitest: { related: false },
  coverageAnalysis: "perTest",
  // A constant is there before the first test: each of its mutants needs a process, and all the tests.
  ignoreStatic: true,
  concurrency: 2,
  dryRunTimeoutMinutes: 30,
  timeoutMS: 30_000,
  tempDirName: ".platform/mutation/sandbox",
  reporters: ["progress-append-only", "json", "clear-text"],
  clearTextReporter: { logTests: false, allowColor: false },
  jsonReporter: { fileName: `.platform/mutation/${folder}.json` },
  // A run that is repeated tests what has changed since, and what nothing noticed.
  incremental: true,
  incrementalFile: `.platform/mutation/${folder}.incremental.json`,
});
