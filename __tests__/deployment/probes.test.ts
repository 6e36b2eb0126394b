import { isLocked } from "../../deployment/known-errors";
import { isNameTaken } from "../../deployment/probes";
import { StackFailure } from "../../deployment/terraform-process";

const failed = (error: string) => new StackFailure("images", [error]);

const CONFLICT =
  'Unable to create container: Error response from daemon: Conflict. The container name "/platform-web-probe-dev" is already in use by container "9f3c". You have to remove (or rename) that container to be able to reuse that name.';

test("a probe that a killed run has left is known by its name, which is taken", () => {
  expect(isNameTaken(failed(CONFLICT))).toBe(true);
  expect(isNameTaken(failed("container failed to be in healthy state"))).toBe(false);
  expect(isNameTaken(new Error(CONFLICT))).toBe(false);
});

test("a run that was refused the state leaves the probes of the one that has it alone", () => {
  expect(isLocked(failed("Error acquiring the state lock: PreconditionFailed"))).toBe(true);
  expect(isLocked(failed(CONFLICT))).toBe(false);
});
