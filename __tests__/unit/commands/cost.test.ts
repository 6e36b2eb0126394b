import { beforeEach, expect, test, vi } from "vitest";
import { cost } from "../../../commands/cost";
import * as synthesis from "../../../operations/terraform/synthesis";
import * as synthesized from "../../../operations/terraform/synthesized-stack";
import { hearLines, run } from "../../support/command";

let heard: ReturnType<typeof hearLines>;
beforeEach(() => {
  heard = hearLines();
  vi.spyOn(synthesis, "synthesize").mockResolvedValue();
  vi.spyOn(synthesized, "readSynthesizedStack").mockImplementation((_, stack) => ({
    stack,
    resources: new Map(stack === "platform" ? [["aws_nat_gateway.a", {}]] : []),
    inputs: [],
  }));
});

test("the stacks of the environment that is named are estimated, in a folder of their own", async () => {
  await run(cost, "dev");
  expect(heard.out.join()).toMatch(/platform-dev in us-east-1: 33 \$ a month/);
  expect(vi.mocked(synthesis.synthesize).mock.lastCall).toEqual([
    { environment: { PLATFORM_SUFFIX: "dev" } },
    expect.stringMatching(/[.]platform.cost[.]out$/),
  ]);
});

test("JSON has the numbers, and nothing else is on the standard output", async () => {
  await run(cost, "dev", "--json");
  expect(heard.out).toHaveLength(1);
  expect(JSON.parse(heard.out.join())).toMatchObject({
    region: "us-east-1",
    lines: [{ part: "shared", what: "NAT gateways", count: { from: 1, to: 1 } }],
    total: { from: 32.85, to: 32.85 },
  });
});

test("a region without prices is refused before anything is synthesized", async () => {
  await expect(
    (async () => {
      vi.stubEnv("PLATFORM_REGION", "eu-south-2");
      try {
        await run(cost, "dev");
      } finally {
        vi.unstubAllEnvs();
      }
    })(),
  ).rejects.toMatchObject({
    name: "Refusal",
    fix: expect.stringContaining("tools/prices/refresh.ts eu-south-2"),
  });
  expect(synthesis.synthesize).not.toHaveBeenCalled();
});

test("an environment that does not exist is refused", async () => {
  await expect(run(cost, "pord")).rejects.toMatchObject({ name: "Refusal" });
});
