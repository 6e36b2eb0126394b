import { expect, test } from "vitest";
import { readEnvironments } from "../../../../spec/environment/problems";
import type { EnvironmentSettings } from "../../../../spec/environment/settings";
import { environmentProblems, environmentsWith } from "../../../support/environments";
import { fixture } from "../../../support/services";

const OTHERS = {
  arm: { architecture: "ARM64" },
  intel: { architecture: "X86_64" },
  far: { region: "eu-west-1" },
} as const;

function problemsOf(dev: EnvironmentSettings): string[] {
  return readEnvironments({ ...environmentsWith(dev), ...OTHERS }, fixture).problems;
}

const NOT_ANOTHER =
  "it must be another environment in environments.ts: blue, green, arm, intel, far";

test.each<[EnvironmentSettings, string]>([
  [{ promoteFrom: { environment: "dev" } }, `dev.promoteFrom.environment is "dev"; ${NOT_ANOTHER}`],
  [
    { promoteFrom: { environment: "preview" } },
    `dev.promoteFrom.environment is "preview"; ${NOT_ANOTHER}`,
  ],
  [
    { promoteFrom: { environment: "blue", account: "12" } },
    'dev.promoteFrom.account is "12"; it must be a 12-digit account ID, in quotes',
  ],
  [
    { promoteFrom: { environment: "arm" } },
    "dev.promoteFrom: arm builds its images for ARM64, but this environment runs on X86_64; set the same architecture in both",
  ],
  [
    { promoteFrom: { environment: "far" } },
    "dev.promoteFrom: far is in eu-west-1, but an ECR login is valid for one region only; set the same region in both",
  ],
  [
    { region: "eu-west-1", promoteFrom: { environment: "blue" } },
    "dev.promoteFrom: blue is in the default region, but an ECR login is valid for one region only; set the same region in both",
  ],
  [
    { sign: true, promoteFrom: { environment: "blue" } },
    "dev.promoteFrom: sign is true here, so blue must sign the images that are promoted from it; set sign: true in blue too, and deploy that first",
  ],
])("images cannot be promoted with %j", (settings, problem) => {
  expect(problemsOf(settings)).toEqual([`environments: ${problem}`]);
});

test.each<EnvironmentSettings>([
  { promoteFrom: { environment: "blue" } },
  { promoteFrom: { environment: "intel", account: "111122223333" } },
  { architecture: "ARM64", promoteFrom: { environment: "arm" } },
  { region: "eu-west-1", promoteFrom: { environment: "far" } },
  { sign: true, promoteFrom: { environment: "green" } },
  { promoteFrom: { environment: "green" } },
])("images can be promoted with %j", (settings) => {
  expect(problemsOf(settings)).toEqual([]);
});

test("the only environment has none to promote from", () => {
  const dev = { promoteFrom: { environment: "blue" } };
  expect(readEnvironments({ preview: {}, local: {}, dev }, fixture).problems).toEqual([
    'environments: dev.promoteFrom.environment is "blue"; it must be another environment in environments.ts: there is none',
  ]);
});

test.each([
  [["*"]],
  [["111122223333", "*"]],
  [["11112222333"]],
  [["1111222233334"]],
  [[111122223333]],
])("%j cannot pull: accounts are named by their 12-digit ID", (pullableBy) => {
  expect(environmentProblems({ pullableBy })).toEqual([
    `environments: dev.pullableBy is ${JSON.stringify(pullableBy)}; it must be a list of at most 200 12-digit account IDs, in quotes`,
  ]);
});

test("two hundred accounts may pull the images, and no more", () => {
  const accounts = (count: number) =>
    Array.from({ length: count }, (_, at) => String(10 ** 11 + at));
  expect(environmentProblems({ pullableBy: accounts(200) })).toEqual([]);
  expect(environmentProblems({ pullableBy: accounts(201) })).toEqual([
    expect.stringContaining("at most 200 12-digit account IDs"),
  ]);
});
