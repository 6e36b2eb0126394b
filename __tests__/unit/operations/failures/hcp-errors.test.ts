import { expect, test } from "vitest";
import { isLocked, knownErrors } from "../../../../operations/failures/known-errors";
import { StackFailure } from "../../../../operations/terraform/terraform-process";
import { LOCKED_WORKSPACE } from "./samples/hcp";

test("a locked workspace is unlocked by its own name, and nobody is named as the holder", () => {
  const failure = new StackFailure("platform", [LOCKED_WORKSPACE]);
  expect(knownErrors(failure).join("\n")).toBe(
    `The workspace acme/platform-platform-use1-dev is locked: another deployment is running, one was killed, or somebody locked it. HCP Terraform does not tell Terraform who; the workspace's page does.
→ Wait for it to finish. If nothing is running: terraform -chdir=.platform/cdktf.out/stacks/platform force-unlock acme/platform-platform-use1-dev`,
  );
  expect(isLocked(failure)).toBe(true);
});
