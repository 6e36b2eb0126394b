import { expect, test } from "vitest";
import { ORIGIN } from "../support/local-aws";
import { changesOf, noChange } from "../support/checkout";
import { checkout } from "./checkout";

test("an up that is interrupted during creation ends by itself", async () => {
  const interrupted = checkout.start("npx platform up", 900);
  await checkout.untilShown(interrupted, "Stack platform");
  // All that is created at once has been: the AWS provider gives up requests that are on their way, and
  // what AWS creates for them is in no state. A time alone met that moment on a slow machine.
  await checkout.untilShown(interrupted, /(aws_lb|aws_rds_cluster) \S+ [1-9]\d s/);
  checkout.pressCtrlC(interrupted);
  expect(await checkout.exitCodeOf(interrupted)).toBe(130);
  const { all } = await interrupted;
  expect(all).toContain("Interrupted: Terraform ends what it can and saves its state.");
});

test("up continues from there and ends with a table", async () => {
  const { exitCode, output } = await checkout.run("npx platform up", 900);
  expect(exitCode).toBe(0);
  for (const service of ["flask-api", "transaction-processor", "fraud-detection"]) {
    expect(output).toMatch(
      new RegExp(`${service}\\s*│ http:\\S+ .*│ sha256:[0-9a-f]{12}\\s*│ 2/2`),
    );
  }
  expect(output).toMatch(/transaction-export\s*│ \(a worker\)\s*│ sha256:[0-9a-f]{12}\s*│ 1\/1/);
  expect(output).toContain("daily-totals          │ (a job: 0 3 * * ? *, UTC)");
});

test("verify finds every service as deployed, and its journey ends in the totals of the day", async () => {
  const { exitCode, output } = await checkout.run("npx platform verify", 180);
  expect(exitCode).toBe(0);
  for (const found of [
    "Every service answers its callers, runs the pushed image and resolves by name.",
    "No service reaches one that it does not call.",
    "An account's transactions are approved, kept for review, declined, and read back",
    "They reach the bucket through queue and worker, and the nightly job adds them up",
  ]) {
    expect(output).toContain(found);
  }
});

test("the database is reached with the password from Secrets Manager", async () => {
  const response = await fetch(`${ORIGIN}/ready`);
  expect([response.status, await response.json()]).toEqual([200, { status: "ready" }]);
});

test("a second deploy changes nothing", async () => {
  const { exitCode, output } = await checkout.run("npx platform up", 300);
  expect(exitCode).toBe(0);
  for (const stack of ["registry", "images", "platform"]) {
    expect(changesOf(stack, output)).toBe(noChange);
  }
});

test("plain cdktf does the same with the environment that env prints", async () => {
  const command = `bash -c 'eval "$(npx platform env)" && npx cdktf deploy registry images platform --auto-approve --skip-provider-lock'`;
  const { exitCode, output } = await checkout.run(command, 300);
  expect(exitCode).toBe(0);
  const applied = output.match(/Apply complete! Resources: 0 added, 0 changed, 0 destroyed/g);
  expect(applied).toHaveLength(3);
});
