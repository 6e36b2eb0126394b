import { expect, test } from "vitest";
import { goTests } from "../support/go-tests";

test("the program that asks for a service's health passes its own tests, formatted and vetted", async () => {
  expect(await goTests("stacks/platform/ready", 5)).toMatch(/^ok\s+ready\b/);
}, 600_000);
