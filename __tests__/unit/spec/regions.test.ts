import { expect, test } from "vitest";
import { REGIONS, partitionOf, regionCode, regionProblem } from "../../../spec/regions";

test("every region has its own code, which is one short word", () => {
  const codes = REGIONS.map(regionCode);
  expect(new Set(codes).size).toBe(REGIONS.length);
  expect(codes.filter((code) => !/^[a-z]{3,4}\d$/.test(code))).toEqual([]);
});

test("GovCloud is a partition of its own", () => {
  expect(partitionOf("us-gov-east-1")).toBe("aws-us-gov");
  expect(partitionOf("us-east-1")).toBe("aws");
});

test("an unknown region is refused with all that there are", () => {
  expect(regionProblem("us-east-1", "AWS_REGION")).toBeUndefined();
  expect(regionProblem("mars-1", "AWS_REGION")).toBe(
    `AWS_REGION is "mars-1"; it must be one of ${REGIONS.join(", ")}`,
  );
});

test.each(["cn-north-1", "cn-northwest-1"])("%s is refused with the reason", (region) => {
  expect(regionProblem(region, "dev.region")).toBe(
    `dev.region is "${region}", a region of AWS in China: a partition with its own accounts, ARNs and DNS names (aws-cn, amazonaws.com.cn), which is not supported; it must be one of ${REGIONS.join(", ")}`,
  );
});
