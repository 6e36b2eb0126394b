import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Stryker } from "@stryker-mutator/core";
import { parts, type Part } from "./parts.mjs";

type Mutant = Awaited<ReturnType<Stryker["runMutationTest"]>>[number];

const FOLDER = ".platform/mutation";

/**
 * Vitest with a part's tests only. If Stryker chose the files, it would put a fault in too late for one
 * that synthesizes before its first test.
 */
function writeVitestConfig({ tests, shared }: Part): string {
  const file = `${FOLDER}/vitest.config.mts`;
  const include = tests.map((files) => `__tests__/unit/${files}.test.ts`);
  const setupFiles = shared ? ["tools/mutation/shared-synthesis.ts"] : [];
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(
    file,
    `import config from "../../vitest.config.mts";
const [unit] = config.test.projects;
const setupFiles = [...unit.test.setupFiles, ...${JSON.stringify(setupFiles)}];
export default { test: { ...unit.test, setupFiles, include: ${JSON.stringify(include)} } };
`,
  );
  return file;
}

/** @see https://stryker-mutator.io/docs/stryker-js/configuration/ */
function options(part: Part) {
  const report = `${FOLDER}/${part.code.replaceAll(/\W+/g, "-")}`;
  return {
    mutate: [part.code.endsWith(".ts") ? part.code : `${part.code}/**/*.ts`],
    plugins: ["@stryker-mutator/vitest-runner"],
    testRunner: "vitest",
    vitest: { related: false, configFile: writeVitestConfig(part) },
    concurrency: 2,
    // A test compares a file with the docs, and Vitest checks no types.
    disableTypeChecks: false,
    // Vitest would end the run after one that it has broken off too, and its mutant would seem to survive.
    disableBail: true,
    timeoutMS: 10_000,
    tempDirName: `${FOLDER}/sandbox`,
    ignorePatterns: [".platform/*", "!.platform/mutation/vitest.config.mts"],
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

/** Whether a word is a file or folder of a part. */
const isIn = (word: string, { code }: Part) =>
  code.endsWith("*.ts")
    ? word.endsWith(".ts") && path.dirname(word) === path.dirname(code)
    : word.startsWith(`${code}/`);

/** The parts whose code begins with one of the words, and what of a part a word names; all without words. */
function chosenParts(words: readonly string[]): readonly Part[] {
  const whole = parts.filter(
    ({ code }) => words.length === 0 || words.some((word) => code.startsWith(word)),
  );
  const within = words.flatMap((code) =>
    parts.filter((part) => isIn(code, part)).map((part) => ({ ...part, code })),
  );
  const chosen = [...whole, ...within];
  if (chosen.length > 0) return chosen;
  const names = parts.map(({ code }) => code).join(", ");
  throw new Error(`no part begins with ${words.join(" or ")}; there are ${names}`);
}

const scores: string[] = [];
for (const part of chosenParts(process.argv.slice(2))) {
  scores.push(score(part.code, await new Stryker(options(part)).runMutationTest()));
  console.log(scores.join("\n"));
}
