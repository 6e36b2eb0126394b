import { describe, expect, test } from "vitest";
import { listenerPriorities } from "../../../../spec/listener-priorities";
import { refersTo } from "../../../../policy/stack";
import { fixture } from "../../../support/services";
import { type Block, synthesize } from "../../../support/synth";

const { platform } = synthesize(fixture, { PLATFORM_SUFFIX: "blue" });
const named = (blocks: Block[], name: string) =>
  blocks.filter((block) => String(block["name"]).includes(name));

describe("listener priorities", () => {
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
});

test("the load balancer answers 404 itself, and drops malformed headers", () => {
  expect(named(platform.resources("aws_lb"), "platform-blue")).toEqual([
    expect.objectContaining({ drop_invalid_header_fields: true }),
  ]);
  expect(platform.resources("aws_lb_listener")[0]).toMatchObject({
    default_action: [{ type: "fixed-response", fixed_response: { status_code: "404" } }],
  });
});

test("the load balancer is in every public subnet, in a group of its own", () => {
  const [alb] = platform.addressed("aws_lb");
  const gateway = platform.addressed("aws_route").filter(({ block }) => "gateway_id" in block);
  const reached = platform
    .addressed("aws_route_table_association")
    .filter(({ block }) =>
      gateway.some((route) => route.block["route_table_id"] === block["route_table_id"]),
    );
  expect(alb?.block["subnets"]).toEqual(reached.map(({ block }) => block["subnet_id"]));
  const [group] = platform
    .addressed("aws_security_group")
    .filter((each) => refersTo(alb?.block["security_groups"], each));
  expect(alb?.block["security_groups"]).toHaveLength(1);
  expect(group?.block["description"]).toBe("Public entry to the platform");
});
