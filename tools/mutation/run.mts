import { parseArgs } from "node:util";
import { Stryker } from "@stryker-mutator/core";
import { type Part, isIn, parts } from "./parts.mjs";
import { forgetUnnoticed, score } from "./report.mjs";
import { tenth } from "./tenth.mjs";
import { writeVitestConfig } from "./vitest-config.mjs";

const FOLDER = ".platform/mutation";
const VITEST_CONFIG = `${FOLDER}/vitest.config.mts`;

/** @see https://stryker-mutator.io/docs/stryker-js/configuration/ */
const options = (report: string, mutate: readonly string[]) => ({
  mutate: mutate.map((code) => (/\.ts(:\d+-\d+)?$/.test(code) ? code : `${code}/**/*.ts`)),
  plugins: ["@stryker-mutator/vitest-runner"],
  testRunner: "vitest",
  vitest: { related: true, configFile: VITEST_CONFIG },
  concurrency: 2,
  // A test compares a file with the docs, and Vitest checks no types.
  disableTypeChecks: false,
  // Vitest would end the run after one that it has broken off too, and its mutant would seem to survive.
  disableBail: true,
  // On a busy machine a fault that nothing notices would seem to stop the tests.
  timeoutMS: 30_000,
  tempDirName: `${FOLDER}/sandbox`,
  ignorePatterns: [".platform/*", "!.platform/mutation/vitest.config.mts"],
  reporters: ["progress-append-only", "json"],
  jsonReporter: { fileName: `${report}.json` },
  // A run that is repeated tries what has changed since, what nothing noticed, and what only broke a file.
  incremental: true,
  incrementalFile: `${report}.incremental.json`,
});

/** What of a part the words name; all of it without words, or if its code begins with one of them. */
function named(part: Part, words: readonly string[]): readonly string[] {
  const isWhole = words.length === 0 || words.some((word) => part.code.startsWith(word));
  return isWhole ? [part.code] : words.filter((word) => isIn(word, part.code));
}

const { positionals: words, values } = parseArgs({
  allowPositionals: true,
  options: { tenth: { type: "string" } },
});
if (values.tenth !== undefined && !/^\d$/.test(values.tenth)) {
  throw new Error(`--tenth ${values.tenth}: which ten lines of every hundred, 0 to 9`);
}
const nth = values.tenth === undefined ? undefined : Number(values.tenth);

const chosen = parts
  .map((part) => ({ part, mutate: named(part, words) }))
  .map(({ part, mutate }) => ({ part, mutate: nth === undefined ? mutate : tenth(mutate, nth) }))
  .filter(({ mutate }) => mutate.length > 0);
if (chosen.length === 0) {
  const names = parts.map(({ code }) => code).join(", ");
  throw new Error(`no part begins with ${words.join(" or ")}; there are ${names}`);
}

const scores: string[] = [];
for (const { part, mutate } of chosen) {
  const report = `${FOLDER}/${part.code.replaceAll(/\W+/g, "-")}`;
  writeVitestConfig(VITEST_CONFIG, part);
  forgetUnnoticed(`${report}.incremental.json`, mutate);
  scores.push(score(part.code, await new Stryker(options(report, mutate)).runMutationTest()));
  console.log(scores.join("\n"));
}
