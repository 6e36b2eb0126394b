import { execa } from "execa";
import { atLeast } from "../target/version";
import { environment } from "../../project";
import { withoutRedirects } from "../../spec/variables/terraform-variables";
import { VERSIONS } from "../../spec/versions";
import type { Check, Problem } from "./check";

const MEND =
  "install it (https://developer.hashicorp.com/terraform/install), or use another program: export TERRAFORM_BINARY_NAME=…";

/** Checks that the program exists and is new enough for the stacks. */
export const terraform: Check = {
  title: "Terraform",
  run: async ({ terraform: program }) => {
    const result = await execa(program, ["version"], {
      env: { ...withoutRedirects(environment), CHECKPOINT_DISABLE: "1" },
      reject: false,
      timeout: 10_000,
    });
    const version = /^(?:Terraform|OpenTofu) v(\S+)/m.exec(result.stdout)?.[1];
    if (version === undefined) {
      const words = result.shortMessage?.split("\n")[0] ?? `its output is "${result.stdout}"`;
      return problem(`${program} does not run as Terraform: ${words}`);
    }
    if (!atLeast(version, VERSIONS.terraform)) {
      return problem(`${program} is Terraform ${version}; ${VERSIONS.terraform} is required`);
    }
    return { found: `${version} (${program}); ${VERSIONS.terraform} is required` };
  },
};

function problem(text: string): { problems: Problem[] } {
  return { problems: [{ problem: text, fix: MEND }] };
}
