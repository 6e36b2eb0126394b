import { describe, expect, test } from "vitest";
import {
  type AlarmKind,
  type AlarmValues,
  RUNBOOKS,
  describeAlarm,
} from "../../../../spec/alarms/runbook";

// Each part is as long as it can be.
const longest: AlarmValues = {
  environment: "e".repeat(12),
  subject: "s".repeat(24),
  resource: "r".repeat(80),
  owner: "o".repeat(256),
  threshold: 604_800,
};

describe.each(Object.keys(RUNBOOKS) as AlarmKind[])("the runbook of %s", (kind) => {
  test("fits into an alarm's description, with every value filled in", () => {
    const text = describeAlarm(kind, longest);
    expect(text.length).toBeLessThanOrEqual(1024);
    expect(text).not.toMatch(/[{}$%]\{|\{\w+\}/);
  });

  test("says what is wrong and what to do first, in sentences", () => {
    const { meaning, firstSteps } = RUNBOOKS[kind];
    expect(meaning).toMatch(/^\S.*\.$/);
    expect(firstSteps.length).toBeGreaterThan(0);
  });
});

test("a description has the meaning, who is asked, and the steps in order", () => {
  const values = { environment: "dev", subject: "flask-api", resource: "r", threshold: 5 };
  expect(describeAlarm("errors", { ...values, owner: "payments team" })).toBe(
    "More than 5 % of the answers of flask-api have a 5xx status. Ask: payments team. " +
      "First: 1. npx platform diagnose dev flask-api 2. Read its log for the errors; if they began " +
      "with a deployment, deploy the commit before it.",
  );
  expect(describeAlarm("unhealthy", values)).not.toContain("Ask:");
});
