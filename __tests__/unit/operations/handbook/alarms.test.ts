import { expect, test } from "vitest";
import { alarmEntries } from "../../../../operations/handbook/alarms";
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

test("a number of minutes is in a row, or among more of them", () => {
  const minutes = (beyond: number, of: number) =>
    conditionOf({ ...metric, period: 60, evaluation_periods: of, datapoints_to_alarm: beyond });
  expect(minutes(3, 5)).toContain("below 3, in 3 of 5 minutes");
  expect(minutes(5, 5)).toContain("below 3, in each of 5 minutes in a row");
  expect(minutes(1, 1)).toContain("below 3, in one minute");
});
