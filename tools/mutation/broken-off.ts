import { afterEach, beforeEach, inject } from "vitest";
import { BROKEN_OFF } from "./unread-files";

interface Instrumented {
  /** The fault that is in; none while Stryker learns which tests there are. */
  activeMutant?: string | undefined;
  noticed?: string | undefined;
}

// Stryker's own setup, which runs before this one, provides the names and the object.
const instrumented = Reflect.get(globalThis, inject("globalNamespace" as never)) as Instrumented;

/**
 * One test that notices a fault is enough: the files and tests after it do not run. Isolated files do, each
 * in a process of its own.
 */
const isNoticed = () =>
  instrumented.noticed !== undefined && instrumented.noticed === instrumented.activeMutant;

if (isNoticed()) throw new Error(BROKEN_OFF);

beforeEach(({ skip }) => {
  skip(isNoticed());
});

afterEach(({ task }) => {
  if (task.result?.state === "fail") instrumented.noticed = instrumented.activeMutant;
});
