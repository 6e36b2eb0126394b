import { expect, test } from "vitest";
import { readConfig } from "../../../../project";
import {
  isPreview,
  isPreviewSuffix,
  previewSuffix,
} from "../../../../spec/environment/preview-suffix";

const LONG = "feature/checkout-with-a-new-payment-provider";

test.each([
  ["login", "pr-login-0"],
  ["7", "pr-7"],
  ["fix-log", "pr-fix-log-0"],
  ["123456789", "pr-123456789"],
  ["7th", "pr-7th-0"],
])("the branch %s is kept whole in its suffix %s", (branch, suffix) => {
  expect(previewSuffix(branch)).toBe(suffix);
});

test.each([
  ["capitals and an underscore", "feature/Login_page", /^pr-log-\d[a-z0-9]{4}$/],
  ["a single capital", "Login", /^pr-log-\d[a-z0-9]{4}$/],
  ["an underscore", "log_in", /^pr-log-\d[a-z0-9]{4}$/],
  ["a tenth digit", "1234567890", /^pr-123-\d[a-z0-9]{4}$/],
  ["an eighth character", "login-fo", /^pr-log-\d[a-z0-9]{4}$/],
  ["too many characters", LONG, /^pr-che-\d[a-z0-9]{4}$/],
  ["a hyphen before the cut", "a-long-branch", /^pr-a-l-\d[a-z0-9]{4}$/],
  ["a hyphen at the cut", "no-reply-to-mail", /^pr-no-\d[a-z0-9]{4}$/],
  ["no character that a name allows", "功能/___", /^pr-x-\d[a-z0-9]{4}$/],
  ["an end that looks like a hash", "log-3abcd", /^pr-log-\d[a-z0-9]{4}$/],
])("a branch with %s gets a short prefix and a hash", (_, branch, suffix) => {
  expect(previewSuffix(branch)).toMatch(suffix);
  expect(previewSuffix(branch)).toBe(previewSuffix(branch));
});

test.each([
  ["two long branches with the same beginning", `${LONG}-1`, `${LONG}-2`],
  ["a branch and its capitalized form", "login", "Login"],
  ["a branch and the same branch with -0", "log", "log-0"],
  ["a number and the same number with -0", "7", "7-0"],
  ["a branch with a slash and one with a hyphen", "team/login", "team-login"],
  ["two teams' branches with the same end", "team-a/login-page", "team-b/login-page"],
  [
    "a short branch and a long branch that begins with it",
    "checkout",
    "checkout-with-a-new-provider",
  ],
])("%s do not share a preview", (_, one, other) => {
  expect(previewSuffix(one)).not.toBe(previewSuffix(other));
});

test("a short branch never gets the suffix of a hashed branch", () => {
  const taken = previewSuffix(LONG);
  expect(previewSuffix(taken.slice("pr-".length))).not.toBe(taken);
});

test("ten thousand branches with the same prefix get almost ten thousand different suffixes", () => {
  const branches = [...Array(10_000).keys()].map((index) => `${LONG}-${index}`);
  expect(new Set(branches.map(previewSuffix)).size).toBeGreaterThan(9_990);
});

test.each(["login", "feature/Login_page", LONG, "___"])(
  "the suffix of %s is recognized as a preview's and is accepted",
  (branch) => {
    const suffix = previewSuffix(branch);
    expect(isPreview(suffix)).toBe(true);
    expect(readConfig({ PLATFORM_SUFFIX: suffix }).problems).toEqual([]);
  },
);

test.each(["pr-7", "pr-7b", "pr-login-0", "pr-fix-log-0", "pr-zzz-9zzzz"])(
  "%s is the suffix of a preview",
  (suffix) => {
    expect(isPreviewSuffix(suffix)).toBe(true);
  },
);

test.each(["pr-dev", "pr-login", "pr-7_b", "pr-", "pr--7", "PR-7", "dev-7", "pr-zzzz-9zzzz"])(
  "%s is the suffix of no preview",
  (suffix) => {
    expect(isPreviewSuffix(suffix)).toBe(false);
  },
);

test("the settings of all previews are a preview's, and those of other environments are not", () => {
  expect(["preview", "pr-7", "dev", "prod"].map(isPreview)).toEqual([true, true, false, false]);
});
