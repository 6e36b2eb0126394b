import { expect, test } from "vitest";
import { goTests } from "../../support/go-tests";

test("the OpenTelemetry collector passes its own tests, formatted and vetted", async () => {
  expect(await goTests("sidecars/otel-collector", 20)).toMatch(/^ok\s+otel-collector\b/);
}, 2_400_000);
