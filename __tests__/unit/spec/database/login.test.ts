import { expect, test } from "vitest";
import { loginName, passwordPeriod } from "../../../../spec/database/login";
import { isDatabaseName } from "../../../../spec/service/database-name";

test("a password is used for thirty days", () => {
  const starts = new Date("2026-11-03T00:00:00Z").getTime();
  const after = (days: number) => passwordPeriod(new Date(starts + days * 86_400_000));
  expect([-0.01, 0, 29.99, 30, 60].map(after)).toEqual([691, 692, 692, 693, 694]);
});

test("a login is the same in a period, another in each, and no database's owner", () => {
  expect(loginName("orders", 692)).toBe("orders.692");
  expect(loginName("orders", 693)).toBe("orders.693");
  expect(isDatabaseName("orders.692")).toBe(false);
});

test("PostgreSQL keeps the whole name of the login of the longest database for centuries", () => {
  const longest = "x".repeat(58);
  expect(isDatabaseName(longest)).toBe(true);
  expect(isDatabaseName(`${longest}x`)).toBe(false);
  expect(loginName(longest, passwordPeriod(new Date("2700-01-01")))).toHaveLength(63);
});
