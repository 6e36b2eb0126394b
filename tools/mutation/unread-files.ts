import type { Reporter, TestModule } from "vitest/node";
import type { RunnerTestFile } from "vitest";

/** Why a file is not read any more: the error that broken-off.ts throws. */
export const BROKEN_OFF = "broken off: a test has noticed the fault";

/**
 * Has a file that fails outside its tests, such as one that synthesizes as it is read, count as a test that
 * fails: Stryker looks at tests alone, and the fault would seem to survive.
 */
export default class UnreadFiles implements Reporter {
  onTestModuleEnd(module: TestModule): void {
    const errors = module.errors().filter(({ message }) => message !== BROKEN_OFF);
    if (errors.length === 0) return;
    // Vitest's own record of the file, which Stryker reads.
    const file = Reflect.get(module, "task") as RunnerTestFile;
    file.tasks.push({
      id: `${file.id}_read`,
      name: "is read",
      fullName: "is read",
      fullTestName: "is read",
      type: "test",
      mode: "run",
      file,
      suite: file,
      meta: {},
      context: {} as never,
      timeout: 0,
      annotations: [],
      artifacts: [],
      result: { state: "fail", errors },
    });
  }
}
