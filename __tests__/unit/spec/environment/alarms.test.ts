import { expect, test } from "vitest";
import { readConfig } from "../../../../project";
import type { EnvironmentSettings } from "../../../../spec/environment/settings";
import { environmentProblems, environmentsWith } from "../../../support/environments";
import { fixture } from "../../../support/services";

const alarmsIn = (suffix: string, settings: EnvironmentSettings = {}) =>
  readConfig({ PLATFORM_SUFFIX: suffix }, environmentsWith(settings), fixture).config.alarms;

test("an environment has alarms that nobody is told, and a preview has none", () => {
  expect(alarmsIn("dev")).toEqual({ emails: [], webhooks: [] });
  expect(alarmsIn("pr-7")).toBeUndefined();
});

test("recipients are told, and false makes no alarms", () => {
  const emails = ["team@example.com"];
  expect(alarmsIn("dev", { alarms: { emails } })).toEqual({ emails, webhooks: [] });
  expect(alarmsIn("dev", { alarms: false })).toBeUndefined();
});

test.each<[string, object | false]>([
  ["false", false],
  ["nobody", {}],
  ["an e-mail address", { emails: ["a.b+c@mail.example.com"] }],
  ["a webhook", { webhooks: ["https://alarms.example.com/in?team=a"] }],
])("%s is accepted", (_, alarms) => {
  expect(environmentProblems({ alarms })).toEqual([]);
});

const EMAILS = "it must be a list of e-mail addresses, each once";
const WEBHOOKS = "it must be a list of https:// addresses without a user or password, each once";

test.each([
  [true, "alarms is true; it must be false, or recipients such as"],
  [{ email: ["a@b.c"] }, "alarms.email is not a setting; did you mean emails?"],
  [{ emails: "a@b.c" }, EMAILS],
  [{ emails: ["a@b"] }, EMAILS],
  [{ emails: ["a b@c.d"] }, EMAILS],
  [{ emails: ["${a}@b.c"] }, EMAILS],
  [{ emails: ["a@b.c", "a@b.c"] }, EMAILS],
  [{ webhooks: ["http://a.example.com"] }, WEBHOOKS],
  [{ webhooks: ["https://user:password@a.example.com"] }, WEBHOOKS],
  [{ webhooks: ["https://"] }, WEBHOOKS],
  [{ webhooks: ["https://a.example.com/${a}"] }, WEBHOOKS],
])("%j is refused", (alarms, message) => {
  const [found, ...others] = environmentProblems({ alarms });
  expect(found).toContain("environments: dev.alarms");
  expect(found).toContain(message);
  expect(others).toEqual([]);
});
