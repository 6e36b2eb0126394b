import { CreateServiceLinkedRoleCommand, type IAMClient } from "@aws-sdk/client-iam";
import { NEEDED_BEFORE, linkedServices } from "../../operations/checks/service-linked-roles";

/**
 * Does what the owner of a new account does once: makes the roles by which ECS and RDS act. The local
 * AWS works without them; the checks before a deployment ask for them on any AWS.
 */
export async function prepareAccount(iam: IAMClient): Promise<void> {
  const present = await linkedServices(iam);
  for (const service of NEEDED_BEFORE.filter((each) => !present.includes(each))) {
    await iam.send(new CreateServiceLinkedRoleCommand({ AWSServiceName: service }));
  }
}
