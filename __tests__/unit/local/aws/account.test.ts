import { CreateServiceLinkedRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { expect, test, vi } from "vitest";
import { prepareAccount } from "../../../../local/aws/account";

test("the local AWS's account gets the service-linked roles of ECS and RDS, once", async () => {
  const iam = new IAMClient({ region: "us-east-1" });
  const roles: { Path: string }[] = [];
  const send = vi.spyOn(iam, "send").mockImplementation((command: unknown) => {
    if (!(command instanceof CreateServiceLinkedRoleCommand)) return { Roles: [...roles] };
    roles.push({ Path: `/aws-service-role/${command.input.AWSServiceName ?? ""}/` });
    return {};
  });
  await prepareAccount(iam);
  await prepareAccount(iam);
  expect(roles).toEqual([
    { Path: "/aws-service-role/ecs.amazonaws.com/" },
    { Path: "/aws-service-role/rds.amazonaws.com/" },
  ]);
  expect(send).toHaveBeenCalledTimes(4);
});
