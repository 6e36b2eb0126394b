import { expect, test } from "vitest";
import { describeResources, typeOf } from "../../../../operations/plan/resource-list";
import type { Action, ResourceChange } from "../../../../operations/plan/stack-plan";

const change = (address: string, action: Action, ...attributes: string[]): ResourceChange => ({
  stack: "platform",
  address,
  action,
  attributes,
  pending: false,
});

test("each action has its own phrase, and a resource its attributes without a hash", () => {
  expect(
    describeResources([
      change("aws_lb.e", "unknown"),
      change("aws_lb.d", "delete"),
      change("aws_lb.c_1A2B3C4D", "replace", "name"),
      change("aws_lb.b", "update", "idle_timeout", "tags"),
      change("aws_lb.a", "create"),
    ]),
  ).toEqual([
    "1 to add: aws_lb a",
    "1 to change: aws_lb b (idle_timeout, tags)",
    "1 to replace: aws_lb c (name)",
    "1 to destroy: aws_lb d",
    "1 not known yet: aws_lb e",
  ]);
});

test.each([
  [["a", "b", "c"], "3 to add: aws_lb a, aws_lb b, aws_lb c"],
  [["a", "b", "c", "d", "e"], "5 to add: aws_lb a, aws_lb b, aws_lb c and 2 more"],
])("three resources are named and the rest is counted: %j", (names, phrase) => {
  expect(describeResources(names.map((name) => change(`aws_lb.${name}`, "create")))).toEqual([
    phrase,
  ]);
});

test.each([
  ["alarms_services_flask-api_errors_1A2B3C4D", "1 to add: alarm errors"],
  ["alarms_services_export_jobs_dead-letters", "1 to add: alarm dead-letters of jobs"],
  ["alarms_own-errors", "1 to add: alarm own-errors"],
])("an alarm is called by its kind: %s", (name, phrase) => {
  const address = `aws_cloudwatch_metric_alarm.${name}`;
  expect(describeResources([change(address, "create")])).toEqual([phrase]);
});

test("the type of a resource is the first part of its address", () => {
  expect(typeOf(change("aws_lb.load-balancer_alb_1A2B3C4D", "create"))).toBe("aws_lb");
});
