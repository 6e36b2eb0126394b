import { expect, test } from "vitest";
import { pathOwners } from "../../../../spec/service/path-problems";
import { catalogueProblems } from "../../../../spec/service/problems";
import { fixture } from "../../../support/services";

const { orders } = fixture;
const published = (path: string) => catalogueProblems({ orders: { ...orders, path } });

test.each(["/", "/shop/orders", "/a/b/c/d", "/v1.0/order_items~-", `/${"x".repeat(125)}`])(
  "%s can be a public path",
  (path) => {
    expect(published(path)).toEqual([]);
  },
);

test.each([
  ["without a slash", "orders"],
  ["that does not begin with a slash", "shop/orders"],
  ["that ends with a slash", "/orders/"],
  ["with a wildcard", "/*"],
  ["of five segments", "/a/b/c/d/e"],
  ["of 127 characters, which leave no room for /*", `/${"x".repeat(126)}`],
])("a public path %s is refused", (_, path) => {
  expect(published(path)).toEqual([
    `services: orders.path is "${path}"; it must be "/" or up to 4 segments of letters, digits and -._~, such as "/orders"`,
  ]);
});

test("two services cannot have the same public path", () => {
  const twice = { one: { ...orders, path: "/x" }, two: { ...orders, path: "/x" } };
  expect(catalogueProblems(twice)).toEqual(['services: two.path "/x" is also used by one']);
});

test("each public path belongs to a service, and a private service has none", () => {
  expect(pathOwners(fixture)).toEqual({ "/": "web", "/archive": "order-archive" });
});
