import { expect } from "vitest";

/** A refusal that says this of the problem, and this of the way to mend it. */
export const refusal = (problem: string, fix: string): unknown =>
  expect.objectContaining({
    name: "Refusal",
    message: expect.stringContaining(problem) as string,
    fix: expect.stringContaining(fix) as string,
  });
