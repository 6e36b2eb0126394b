import { describe, expect, test } from "vitest";
import { RULES, brokenPromises } from "../../../policy/promises";
import { add, broken, policyText } from "./breaks/broken";
import { BUCKETS } from "./breaks/buckets";
import { bucket, ENCRYPTION, queue, topic } from "./breaks/encryption";
import { GRANTS, statement } from "./breaks/grants";
import { IMAGES } from "./breaks/images";
import { NETWORK } from "./breaks/network";
import { TASKS } from "./breaks/tasks";

const BREAKS = { ...IMAGES, ...GRANTS, ...NETWORK, ...BUCKETS, ...ENCRYPTION, ...TASKS };

const cases = Object.entries(BREAKS).flatMap(([promise, breaks]) =>
  breaks.map((each) => ({ promise, title: `${each.where}: ${each.says}`, each })),
);

test("every rule has a stack that breaks it", () => {
  expect(RULES.map(({ promise }) => promise)).toEqual(Object.keys(BREAKS));
});

describe.each(cases)("$promise", ({ promise, title, each }) => {
  test(`is broken by ${title}`, async () => {
    const found = await brokenPromises(broken(each));
    const own = found.filter((message) => message.startsWith(`${promise}.`));
    expect(own.join("\n")).toContain(each.says);
    const line = own.find((message) => message.includes(each.says)) ?? "";
    expect(line).toContain(`${each.at ?? each.stack ?? "platform"}: ${each.where}`);
    expect(line).toMatch(/\n {2}→ \S/);
  });
});

test("a grant on everything passes where no resource can be named, or a condition names it", async () => {
  const free = { actions: ["ecr:GetAuthorizationToken"], resources: ["*"] };
  const confined = {
    actions: ["ecs:ListTasks"],
    resources: ["*"],
    condition: [
      { test: "ArnLike", variable: "ecs:cluster", values: ["arn:aws:ecs:*:1:cluster/a"] },
    ],
  };
  for (const each of [free, confined]) {
    const change = { change: statement(each), says: "", where: "" };
    expect(await brokenPromises(broken(change))).toEqual([]);
  }
});

test("a key's own policy names the key as *, and lets its account administer it", async () => {
  const key = (Principal: unknown) =>
    add("aws_kms_key", { policy: policyText({ Principal, Action: "kms:*", Resource: "*" }) });
  const owner = { change: key({ AWS: "arn:aws:iam::123456789012:root" }), says: "", where: "" };
  expect(await brokenPromises(broken(owner))).toEqual([]);
  const service = { change: key({ Service: "logs.amazonaws.com" }), says: "", where: "" };
  expect((await brokenPromises(broken(service))).join()).toContain("allows kms:*");
});

test.each([
  ["bucket", bucket({})],
  ["queue", queue({})],
  ["topic", topic({})],
])("a %s whose policy denies every plain request keeps the promise", async (_, change) => {
  expect(await brokenPromises(broken({ change, says: "", where: "" }))).toEqual([]);
});
