import { expect, test } from "vitest";
import { fixture } from "../../../support/services";
import { synthesize } from "../../../support/synth";

const BOUNDARY = "arn:aws:iam::123456789012:policy/setup/platform-task-boundary-dev";

test("a permissions boundary applies to every task role; without one the roles have no boundary", () => {
  const boundaries = (settings: Record<string, string>) =>
    synthesize(fixture, settings)
      .platform.resources("aws_iam_role")
      .map((role) => role["permissions_boundary"]);
  expect(new Set(boundaries({ PLATFORM_PERMISSIONS_BOUNDARY: BOUNDARY }))).toEqual(
    new Set([BOUNDARY]),
  );
  expect(new Set(boundaries({}))).toEqual(new Set([undefined]));
});
