import { beforeEach, inject } from "vitest";

/**
 * Tests of a stack share a synthesis, and a fault in it would count as reached by the first of them
 * alone. Without a current test it belongs to all of them.
 */
beforeEach(() => {
  // Stryker's own setup, which runs before this one, provides the name and the object.
  const name = inject("globalNamespace" as never) as string;
  Reflect.deleteProperty(Reflect.get(globalThis, name) as object, "currentTestId");
});
