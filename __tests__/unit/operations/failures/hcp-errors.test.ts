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

test("Terraform breaks the lines of a lock where it likes", () => {
  const wrapped = LOCKED_WORKSPACE.replace(/(?<=workspace already.*) (?=.*\n)/g, "\n  ");
  expect(wrapped).not.toBe(LOCKED_WORKSPACE);
  const [whole] = knownErrors(new StackFailure("platform", [LOCKED_WORKSPACE]));
  expect(knownErrors(new StackFailure("platform", [wrapped]))[0]).toBe(whole);
});

test("a run without a page is spoken of without one", () => {
  const failure = new StackFailure("platform", [
    'the remote run ended without "Apply complete!" and without "No changes".',
  ]);
  expect(knownErrors(failure)[1]).toMatch(/^→ See the run's page\. Then run the same command/);
});

test("a run whose information a token may not read needs another permission", () => {
  const failure = new StackFailure("platform", ["couldn't read information for cloud run run-7"]);
  expect(knownErrors(failure)[0]).toContain('needs the permission "admin"');
  const plain = new StackFailure("platform", ["couldn't read plan data for cloud run run-7"]);
  expect(knownErrors(plain)[0]).toContain('needs the permission "admin"');
});
