import { expect, test } from "vitest";
import { USUAL, planningOptions } from "../../../../operations/terraform/planning";

test("Terraform is told what to trust, and what to make anew", () => {
  expect(planningOptions(USUAL)).toEqual(["-refresh=true"]);
  expect(planningOptions({ trustState: true, replace: ["a.b", "a.c"] })).toEqual([
    "-refresh=false",
    "-replace=a.b",
    "-replace=a.c",
  ]);
});
