import { expect, test } from "vitest";
import { alarmEntries } from "../../../../operations/handbook/alarms";
import { alarmTopic } from "../../../../operations/handbook/alarm-topic";
import { conditionOf } from "../../../../operations/handbook/alarm-condition";
import { readConfig } from "../../../../project";
import type { Services } from "../../../../spec/service/spec";

const { config } = readConfig({});
const size = { cpu: 256, memory: 512 } as const;
const alarm = (values: object) => {
  return {
    address: "aws_cloudwatch_metric_alarm.a",
    type: "aws_cloudwatch_metric_alarm",
    values: { ...values },
  };
};
const metric = {
  comparison_operator: "LessThanThreshold",
  evaluation_periods: 2,
  threshold: 3,
  metric_name: "Hits",
  namespace: "Acme",
  period: 300,
  statistic: "Average",
};

test("an alarm of a team's own constructs has the description of its author", () => {
  const own = alarm({
    ...metric,
    alarm_name: "platform-cache-dev",
    alarm_description: "Few hits.",
  });
  expect(alarmEntries(config, {}, [own])).toMatchObject([
    {
      alarm: "platform-cache-dev",
      subject: "the environment",
      meaning: "Few hits.",
      condition: "Average of Hits (Acme) is below 3, in each of 2 periods of 300 s in a row",
    },
  ]);
  const first = ["Read the construct that creates it in additions.ts."];
  expect(alarmEntries(config, {}, [own])[0]).toMatchObject({
    name: "An alarm of additions.ts",
    firstSteps: first,
  });
  const silent = alarm({ ...metric, alarm_name: "platform-cache-dev" });
  expect(alarmEntries(config, {}, [silent])[0]?.meaning).toBe(
    "additions.ts gives it no description.",
  );
});

test("a name that could be read in two ways is that of a service which exists", () => {
  const services: Services = { "missing-own": { size }, missing: { size, receives: ["limit"] } };
  const named = (name: string) => alarmEntries(config, services, [alarm({ alarm_name: name })])[0];
  expect(named("platform-missing-own-missing-dev")?.subject).toBe("missing-own");
  expect(named("platform-missing-missing-dev")?.subject).toBe("missing");
  expect(named("platform-limit-dead-letters-dev")?.subject).toBe("missing");
});

test("a percentile is named as AWS names it", () => {
  const percentile = { ...metric, statistic: undefined, extended_statistic: "p99" };
  expect(conditionOf(percentile)).toMatch(/^p99 of Hits \(Acme\)/);
});

test("a number of minutes is in a row, or among more of them", () => {
  const minutes = (beyond: number, of: number) =>
    conditionOf({ ...metric, period: 60, evaluation_periods: of, datapoints_to_alarm: beyond });
  expect(minutes(3, 5)).toContain("below 3, in 3 of 5 minutes");
  expect(minutes(5, 5)).toContain("below 3, in each of 5 minutes in a row");
  expect(minutes(1, 1)).toContain("below 3, in one minute");
});

test("the alarm of failed deployments is there with its rule, and not with another one", () => {
  const rule = (name: string) => {
    return {
      address: "aws_cloudwatch_event_rule.r",
      type: "aws_cloudwatch_event_rule",
      values: { name },
    };
  };
  const named = (name: string) => alarmEntries(config, {}, [rule(name)]).map((each) => each.alarm);
  expect(named("platform-failed-deployments-dev")).toEqual(["platform-failed-deployments-dev"]);
  expect(named("platform-invoices-dev")).toEqual([]);
});

test("of a recipient the whole address is said, but of a webhook its host alone", () => {
  const topic = {
    address: "aws_sns_topic.alarms",
    type: "aws_sns_topic",
    values: { name: "platform-alarms-dev" },
  };
  const recipients = (endpoint: string) => {
    const values = { topic_arn: "${aws_sns_topic.alarms.arn}", endpoint };
    const subscription = {
      address: "aws_sns_topic_subscription.a",
      type: "aws_sns_topic_subscription",
      values,
    };
    return alarmTopic(config, [topic, subscription])?.recipients;
  };
  expect(recipients("https://alarms.example.com:8443/key")).toEqual([
    "a webhook at alarms.example.com:8443",
  ]);
  expect(recipients("arn:aws:sqs:us-east-1:123456789012:pages")).toEqual([
    "arn:aws:sqs:us-east-1:123456789012:pages",
  ]);
  expect(recipients("https://")).toEqual(["https://"]);
});
