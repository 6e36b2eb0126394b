import { expect, test } from "vitest";
import { contains, overlap } from "../../../../operations/checks/pattern";

test.each([
  ["*", "*"],
  ["*", "arn:aws:s3:::a/*"],
  ["s3:Get*", "s3:GetObject"],
  ["s3:Get*", "s3:GetObject*"],
  ["table/orders-?", "table/orders-a"],
  ["a.b", "a.b"],
  ["", ""],
])("%j contains %j, and overlaps with it", (outer, inner) => {
  expect(contains(outer, inner)).toBe(true);
  expect(overlap(outer, inner)).toBe(true);
  expect(overlap(inner, outer)).toBe(true);
});

test.each([
  ["s3:GetObject", "s3:Get*"],
  ["table/orders-?", "table/orders-*"],
  ["table/*-dev", "table/orders-*"],
  ["a*b*c", "*b"],
  ["?b", "a*"],
])("%j overlaps with %j, and does not contain it", (one, other) => {
  const isSuffix = one === "a*b*c";
  expect(contains(one, other)).toBe(false);
  expect(overlap(one, other)).toBe(!isSuffix);
  expect(overlap(other, one)).toBe(!isSuffix);
});

test.each([
  ["s3:GetObject", "s3:PutObject"],
  ["table/a*", "table/b*"],
  ["a.b", "axb"],
  ["a?", "a"],
  ["", "a"],
  ["*-dev", "*-prod"],
])("%j and %j have nothing in common", (one, other) => {
  expect(contains(one, other)).toBe(false);
  expect(overlap(one, other)).toBe(false);
  expect(overlap(other, one)).toBe(false);
});
