import { expect, test } from "vitest";
import { refersTo } from "../../../../policy/stack";
import { fixture } from "../../../support/services";
import { plain, synthesize } from "../../../support/synth";

const { platform } = synthesize(fixture, { PLATFORM_SUFFIX: "blue" });

test("the load balancer answers 404 itself, and drops malformed headers", () => {
  expect(platform.resources("aws_lb")).toMatchObject([
    { name: "platform-blue", load_balancer_type: "application", drop_invalid_header_fields: true },
  ]);
  expect(plain(platform.resources("aws_lb_listener"))).toEqual([
    {
      load_balancer_arn: "${aws_lb.load-balancer_alb.arn}",
      port: 80,
      protocol: "HTTP",
      default_action: [
        {
          type: "fixed-response",
          fixed_response: {
            // As the services describe an error.
            content_type: "application/json",
            message_body: '{"status":404,"title":"No service has this path"}',
            status_code: "404",
          },
        },
      ],
    },
  ]);
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
