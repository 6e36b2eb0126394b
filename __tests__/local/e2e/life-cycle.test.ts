import { afterAll, vi } from "vitest";
import { checkout } from "./life-cycle/checkout";

vi.setConfig({ testTimeout: 900_000, hookTimeout: 900_000 });

afterAll(async () => {
  await checkout.run("npx platform down", 300);
});

// One environment from its first day to its last: the tests of each file go on where those before ended.
await import("./life-cycle/creation");
await import("./life-cycle/callers");
await import("./life-cycle/outages");
await import("./life-cycle/rollouts");
await import("./life-cycle/failures");
await import("./life-cycle/removal");
