import { expect, test } from "vitest";
import { fargateQuota } from "../../../../operations/checks/fargate-quota";
import type { EnvironmentSettings } from "../../../../spec/environment/settings";
import { answer, awsError, checkContext } from "../../../support/preflight";
import { fixture } from "../../../support/services";

/** Three services of 0.25 vCPU: 2 + 2 + 1 tasks at least, 10 + 10 + 3 at most. */
function account(quota: unknown, settings: EnvironmentSettings = {}, variables = {}) {
  const context = checkContext(variables, {}, settings);
  return { context, asked: answer(context.clients.quotas, quota) };
}

const vcpu = (Value: number) => ({ Quota: { Value } });

test("a quota below twice the minimum number of tasks is a problem, with the command to raise it", async () => {
  const { context } = account(vcpu(2));
  expect(await fargateQuota.run(context)).toEqual({
    problems: [
      {
        problem:
          "old and new tasks together use up to 2.5 vCPUs on demand during a deployment; the quota is 2",
        fix: "lower size or scaling.min in services/index.ts or environments.ts, or request an increase: aws service-quotas request-service-quota-increase --service-code fargate --quota-code L-3032A538 --desired-value 12 --region us-east-1",
      },
    ],
  });
});

test("a quota that covers the minimum but not all of autoscaling is only mentioned", async () => {
  expect(await fargateQuota.run(account(vcpu(6)).context)).toEqual({
    found:
      "old and new tasks together use up to 2.5 vCPUs on demand during a deployment; the quota is 6, and scaling.max would need 11.5; tasks of other environments count too",
  });
  expect(await fargateQuota.run(account(vcpu(11.5)).context)).toEqual({
    found:
      "old and new tasks together use up to 2.5 vCPUs on demand during a deployment; the quota is 11.5; tasks of other environments count too",
  });
});

test("a quota of exactly twice the minimum is enough", async () => {
  expect(await fargateQuota.run(account(vcpu(2.5)).context)).toHaveProperty("found");
});

test("a worker that may have no task needs one, which its first deployment starts", async () => {
  const size = { cpu: 1024, memory: 2048 } as const;
  const worker = { size, receives: ["exports"], scaling: { min: 0, max: 3, backlog: 20 } };
  const { context } = account(vcpu(6));
  expect(await fargateQuota.run({ ...context, services: { worker } })).toMatchObject({
    found: expect.stringContaining("use up to 2 vCPUs on demand"),
  });
});

test("Spot capacity uses the Spot quota", async () => {
  const { context, asked } = account(vcpu(2), { capacity: "spot" });
  expect(await fargateQuota.run(context)).toMatchObject({
    problems: [{ problem: expect.stringContaining("2.5 vCPUs on Spot") }],
  });
  expect(asked).toHaveBeenCalledWith(
    expect.objectContaining({ input: { ServiceCode: "fargate", QuotaCode: "L-36FBB829" } }),
  );
});

test.each([{}, { Quota: {} }])(
  "a quota that AWS does not report (%j) blocks no deployment, and the line says so",
  async (quota) => {
    const web = { ...fixture.web, scaling: { min: 20, max: 20 } };
    const { context } = account(quota);
    expect(await fargateQuota.run({ ...context, services: { web } })).toEqual({
      found: expect.stringContaining(
        "the quota is 6 (6 is AWS's default; AWS does not report the quota)",
      ),
    });
  },
);

test("a quota that the caller may not read blocks no deployment, and the line says so", async () => {
  const web = { ...fixture.web, scaling: { min: 20, max: 20 } };
  const { context } = account(awsError("AccessDeniedException", "not you"));
  expect(await fargateQuota.run({ ...context, services: { web } })).toEqual({
    found: expect.stringContaining(
      "10 vCPUs on demand during a deployment; the quota is 6 (6 is AWS's default; the query to Service Quotas failed: AccessDeniedException: not you)",
    ),
  });
});

test("the local AWS counts no vCPUs and is not queried", async () => {
  const { context, asked } = account(vcpu(1), {}, { PLATFORM_REGISTRY: "http://127.0.0.1:4566" });
  expect(await fargateQuota.run(context)).toEqual({ found: "not counted on the local AWS" });
  expect(asked).not.toHaveBeenCalled();
});

test("a job counts one task, and a worker as many as a service", async () => {
  const { context } = account(vcpu(6));
  const size = { cpu: 1024, memory: 2048 } as const;
  const worker = { size, scaling: { min: 1, max: 1 } };
  const nightly = { size, schedule: { everyMinutes: 60 } };
  expect(await fargateQuota.run({ ...context, services: { nightly } })).toHaveProperty(
    "found",
    expect.stringContaining("up to 1 vCPUs"),
  );
  expect(await fargateQuota.run({ ...context, services: { worker, nightly } })).toHaveProperty(
    "found",
    expect.stringContaining("up to 3 vCPUs"),
  );
});
