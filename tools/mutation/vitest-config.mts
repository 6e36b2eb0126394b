import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Part } from "./parts.mjs";

/**
 * Vitest with a part's tests only. If Stryker chose the files, it would put a fault in too late for one
 * that synthesizes before its first test.
 */
export function writeVitestConfig(file: string, { tests, shared }: Part): void {
  const files = (end: string) => tests.map((glob) => `__tests__/unit/${glob}.${end}`);
  const setup = ["broken-off", ...(shared ? ["shared-synthesis"] : [])];
  const setupFiles = setup.map((name) => `tools/mutation/${name}.ts`);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(
    file,
    `import config from "../../vitest.config.mts";
import NearestFirst from "../../tools/mutation/nearest-first";
import UnreadFiles from "../../tools/mutation/unread-files";
const [unit, isolated] = config.test.projects;
const project = ({ test }, include) => ({
  test: {
    ...test,
    include,
    setupFiles: [...test.setupFiles, ...${JSON.stringify(setupFiles)}],
    // What one process has noticed, another would not know.
    maxWorkers: 1,
  },
});
export default {
  test: {
    projects: [
      project(unit, ${JSON.stringify(files("test.ts"))}),
      project(isolated, ${JSON.stringify(files("isolated.test.ts"))}),
    ],
    sequence: { sequencer: NearestFirst },
    reporters: [new UnreadFiles()],
    // Stryker says which file is faulty as the one that the tests relate to; all of them run. Its copy of the
    // project is below a folder that \`**\` alone would pass over.
    forceRerunTriggers: ["**/.platform/**"],
  },
};
`,
  );
}
