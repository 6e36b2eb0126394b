import { Stryker } from "@stryker-mutator/core";
import { parts, type Part } from "./parts.mjs";

type Mutant = Awaited<ReturnType<Stryker["runMutationTest"]>>[number];

/** @see https://stryker-mutator.io/docs/stryker-js/configuration/ */
function options({ code, tests }: Part) {
  const report = `.platform/mutation/${code.replaceAll(/\W+/g, "-")}`;
  return {
    mutate: [code.endsWith(".ts") ? code : `${code}/**/*.ts`],
    testFiles: tests.map((files) => `__tests__/unit/${files}.test.ts`),
    plugins: ["@stryker-mutator/vitest-runner"],
    testRunner: "vitest",
    vitest: { related: false },
    // A constant is there before the first test: each of its mutants needs a process, and all the tests.
    ignoreStatic: true,
    concurrency: 2,
    dryRunTimeoutMinutes: 30,
    timeoutMS: 10_000,
    tempDirName: ".platform/mutation/sandbox",
    reporters: ["progress-append-only", "json"],
    jsonReporter: { fileName: `${report}.json` },
    // A run that is repeated tries what has changed since, and what nothing noticed.
    incremental: true,
    incrementalFile: `${report}.incremental.json`,
  };
}

function score(code: string, mutants: readonly Mutant[]): string {
  const count = (...statuses: readonly Mutant["status"][]) =>
    mutants.filter(({ status }) => statuses.includes(status)).length;
  const noticed = count("Killed", "Timeout");
  const all = noticed + count("Survived", "NoCoverage");
  return `${code.padEnd(24)} ${noticed} of ${all}, ${((100 * noticed) / all).toFixed(1)} %`;
}

const chosen = process.argv.slice(2);
const scores: string[] = [];
for (const part of parts.filter(
  ({ code }) => chosen.length === 0 || chosen.some((each) => code.startsWith(each)),
)) {
  scores.push(score(part.code, await new Stryker(options(part)).runMutationTest()));
  console.log(scores.join("\n"));
}
