import { execa } from "execa";
import { atLeast } from "../target/version";
import { VERSIONS } from "../../spec/versions";
import type { Check, Problem } from "./check";

const MEND =
  "install it (https://developer.hashicorp.com/terraform/install), or name another program: export TERRAFORM_BINARY_NAME=…";

/** That the program is there, and new enough for the stacks. */
export const terraform: Check = {
  title: "Terraform",
  run: async ({ terraform: program }) => {
    const result = await execa(program, ["version"], {
      env: { CHECKPOINT_DISABLE: "1" },
      reject: false,
      timeout: 10_000,
    });
    const version = /^(?:Terraform|OpenTofu) v(\S+)/m.exec(result.stdout)?.[1];
    if (version === undefined) {
      const words = result.shortMessage?.split("\n")[0] ?? `it says "${result.stdout}"`;
      return problem(`${program} is no Terraform that runs: ${words}`);
    }
    if (!atLeast(version, VERSIONS.terraform)) {
      return problem(`${program} is Terraform ${version}; ${VERSIONS.terraform} is needed`);
    }
    return { found: `${version} (${program}), and ${VERSIONS.terraform} is needed` };
  },
};

function problem(text: string): { problems: Problem[] } {
  return { problems: [{ problem: text, fix: MEND }] };
}
