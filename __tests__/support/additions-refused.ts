import type { EnvironmentSettings } from "../../spec/environment/settings";
import type { Additions, PlatformParts } from "../../stacks/platform/addition";
import { AdditionsRefusal } from "../../stacks/platform/additions-refusal";
import { fixture } from "./services";
import { synthesizeWith } from "./synth";

/** Why a team's own constructs are refused, beside the services of the fixture. */
export function problems(
  additions: (platform: PlatformParts) => unknown,
  settings: EnvironmentSettings = {},
): readonly string[] {
  try {
    // A team's compiler would refuse most of it, but not every team has one.
    synthesizeWith(additions as Additions, fixture, settings);
  } catch (error) {
    if (error instanceof AdditionsRefusal) return error.problems;
    throw error;
  }
  return [];
}
