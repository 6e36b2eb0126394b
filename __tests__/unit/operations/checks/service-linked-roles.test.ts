import { expect, test } from "vitest";
import { serviceLinkedRoles } from "../../../../operations/checks/service-linked-roles";
import { answer, awsError, checkContext } from "../../../support/preflight";
import { fixture } from "../../../support/services";

function account(...services: string[]) {
  const context = checkContext();
  const Roles = services.map((service) => ({ Path: `/aws-service-role/${service}/` }));
  answer(context.clients.iam, { Roles });
  return context;
}

const ECS = "ecs.amazonaws.com";
const RDS = "rds.amazonaws.com";
const LOAD_BALANCING = "elasticloadbalancing.amazonaws.com";
const SCALING = "ecs.application-autoscaling.amazonaws.com";

test("an account without a role for ECS is a problem, with the command that creates it", async () => {
  expect(await serviceLinkedRoles.run(account(RDS, LOAD_BALANCING, SCALING))).toEqual({
    problems: [
      {
        problem:
          "the account has no AWSServiceRoleForECS, and its first ECS service may fail without it",
        fix: "aws iam create-service-linked-role --aws-service-name ecs.amazonaws.com",
      },
    ],
  });
});

test("an account without a role for RDS is a problem, before RDS refuses its subnet group", async () => {
  expect(await serviceLinkedRoles.run(account(ECS, LOAD_BALANCING, SCALING))).toEqual({
    problems: [
      {
        problem:
          'the account has no AWSServiceRoleForRDS, and RDS refuses its first subnet group without it: "Missing necessary credentials"',
        fix: "aws iam create-service-linked-role --aws-service-name rds.amazonaws.com",
      },
    ],
  });
});

test("a new account lacks both roles, and both are reported", async () => {
  const result = await serviceLinkedRoles.run(account());
  expect("problems" in result ? result.problems : []).toHaveLength(2);
});

test("roles that AWS creates on first use are only mentioned", async () => {
  expect(await serviceLinkedRoles.run(account(ECS, RDS, LOAD_BALANCING))).toEqual({
    found:
      "of ecs.amazonaws.com, rds.amazonaws.com, elasticloadbalancing.amazonaws.com; AWS creates the role of ecs.application-autoscaling.amazonaws.com on first use, if the caller has iam:CreateServiceLinkedRole",
  });
});

test("only service-linked roles are listed, and none counts where AWS lists none", async () => {
  const context = checkContext();
  const asked = answer(context.clients.iam, {});
  const { web } = fixture;
  expect(await serviceLinkedRoles.run({ ...context, services: { web } })).toMatchObject({
    problems: [{ problem: expect.stringContaining("no AWSServiceRoleForECS") }],
  });
  expect(asked).toHaveBeenCalledWith(
    expect.objectContaining({ input: { PathPrefix: "/aws-service-role/" } }),
  );
});

test("without a database RDS is not mentioned", async () => {
  const context = account(ECS, LOAD_BALANCING, SCALING);
  const { web } = fixture;
  expect(await serviceLinkedRoles.run({ ...context, services: { web } })).toEqual({
    found:
      "of ecs.amazonaws.com, elasticloadbalancing.amazonaws.com, ecs.application-autoscaling.amazonaws.com",
  });
});

test("a caller who may not list roles gets the list of required roles, and is not blocked", async () => {
  const context = checkContext();
  answer(context.clients.iam, awsError("AccessDenied"));
  expect(await serviceLinkedRoles.run(context)).toEqual({
    found:
      "unknown, as the caller lacks iam:ListRoles; a deployment needs the roles of ecs.amazonaws.com, rds.amazonaws.com",
  });
  const { web } = fixture;
  expect(await serviceLinkedRoles.run({ ...context, services: { web } })).toEqual({
    found:
      "unknown, as the caller lacks iam:ListRoles; a deployment needs the role of ecs.amazonaws.com",
  });
});

test("any other failure of IAM is not taken for a missing permission", async () => {
  const context = checkContext();
  answer(context.clients.iam, awsError("ServiceFailure", "oh"));
  await expect(serviceLinkedRoles.run(context)).rejects.toThrow("oh");
});
