import { expect, test } from "vitest";
import { readConfig } from "../../../../project";
import { isPreview, previewSuffix } from "../../../../spec/environment/preview-suffix";

const LONG = "feature/checkout-with-a-new-payment-provider";

test.each([
  ["login", "pr-login-0"],
  ["7", "pr-7"],
  ["fix-log", "pr-fix-log-0"],
  ["1234", "pr-1234"],
])("the branch %s keeps its words: %s", (branch, suffix) => {
  expect(previewSuffix(branch)).toBe(suffix);
});

test.each([
  ["capitals and a low line", "feature/Login_page", /^pr-log-\d[a-z0-9]{4}$/],
  ["a capital alone", "Login", /^pr-log-\d[a-z0-9]{4}$/],
  ["an eighth character", "login-fo", /^pr-log-\d[a-z0-9]{4}$/],
  ["more than fits", LONG, /^pr-che-\d[a-z0-9]{4}$/],
  ["a hyphen where it is cut", "a-long-branch", /^pr-a-l-\d[a-z0-9]{4}$/],
  ["a hyphen in the end of what is left", "no-reply-to-mail", /^pr-no-\d[a-z0-9]{4}$/],
  ["nothing that a name may have", "功能/___", /^pr-x-\d[a-z0-9]{4}$/],
  ["an end that could be a hash", "log-3abcd", /^pr-log-\d[a-z0-9]{4}$/],
])("a branch with %s keeps its beginning and gets a hash", (_, branch, suffix) => {
  expect(previewSuffix(branch)).toMatch(suffix);
  expect(previewSuffix(branch)).toBe(previewSuffix(branch));
});

test.each([
  ["two long branches with the same beginning", `${LONG}-1`, `${LONG}-2`],
  ["a branch and the same in capitals", "login", "Login"],
  ["a branch and the same with what is added", "log", "log-0"],
  ["a number and the same with what is added", "7", "7-0"],
  ["a slash and a hyphen", "team/login", "team-login"],
  ["the same end under two teams", "team-a/login-page", "team-b/login-page"],
  ["a short branch and one that is cut to it", "checkout", "checkout-with-a-new-provider"],
])("%s do not share a preview", (_, one, other) => {
  expect(previewSuffix(one)).not.toBe(previewSuffix(other));
});

test("no branch that fits takes the place of one with a hash", () => {
  const taken = previewSuffix(LONG);
  expect(previewSuffix(taken.slice("pr-".length))).not.toBe(taken);
});

test("ten thousand branches that begin alike have ten thousand suffixes but for a few", () => {
  const branches = [...Array(10_000).keys()].map((index) => `${LONG}-${index}`);
  expect(new Set(branches.map(previewSuffix)).size).toBeGreaterThan(9_990);
});

test.each(["login", "feature/Login_page", LONG, "___"])(
  "the suffix of %s is a preview's, and is taken",
  (branch) => {
    const suffix = previewSuffix(branch);
    expect(isPreview(suffix)).toBe(true);
    expect(readConfig({ PLATFORM_SUFFIX: suffix }).problems).toEqual([]);
  },
);
