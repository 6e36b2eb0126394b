import { expect, test } from "vitest";
import { listenerPriorities } from "../../../spec/listener-priorities";

test.each([
  ["/", 42_179],
  ["/orders", 31_795],
  ["/shop/orders", 29_813],
  ["/a/b/c", 14_410],
  ["/a/b/c/d", 9_010],
])("%s has the priority %i in every release, so that none replaces its rule", (path, priority) => {
  expect(listenerPriorities([path, "/besides"]).get(path)).toBe(priority);
});

test("a deeper path comes before a shorter one", () => {
  const priorities = listenerPriorities(["/", "/shop", "/shop/orders"]);
  const [root, shop, orders] = ["/", "/shop", "/shop/orders"].map((p) => priorities.get(p) ?? 0);
  expect(orders).toBeLessThan(shop ?? 0);
  expect(shop).toBeLessThan(root ?? 0);
  expect(root).toBeLessThanOrEqual(50_000);
  expect(orders).toBeGreaterThanOrEqual(1);
});

test("a hundred paths have a hundred priorities, and one more path changes none of them", () => {
  const paths = [...Array(100).keys()].map((index) => `/service-${index}`);
  const before = listenerPriorities(paths);
  expect(new Set(before.values()).size).toBe(100);
  const after = listenerPriorities([...paths, "/another"]);
  for (const path of paths) expect(after.get(path)).toBe(before.get(path));
});

test.each([
  ["the next place", ["/p26", 30_295], ["/p89", 30_296]],
  ["the first place, after the last one", ["/p11836", 40_000], ["/p19753", 30_001]],
] as const)("the later of two paths with the same hash takes %s", (_, first, later) => {
  const priorities = new Map([first, later]);
  expect(listenerPriorities([first[0], later[0]])).toEqual(priorities);
  expect(listenerPriorities([later[0], first[0]])).toEqual(priorities);
});
