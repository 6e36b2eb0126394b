import { environment, sourcesOf } from "../../project";
import { secretProblems } from "../../stacks/images/build-secrets";
import { type Check, resultOf } from "./check";

/** Checks that the builds get their secrets; Terraform's provider would take a missing one for empty. */
export const buildSecrets: Check = {
  title: "Secrets of builds",
  run: async ({ config, services }) => {
    const problems = secretProblems(config, services, sourcesOf(services), environment);
    const found = config.promoteFrom ? "nothing is built" : "all that builds need";
    return Promise.resolve(
      resultOf(
        found,
        problems.map((problem) => ({
          problem,
          fix: "set it in this shell, or as a secret of the pipeline, then run the command again",
        })),
      ),
    );
  },
};
