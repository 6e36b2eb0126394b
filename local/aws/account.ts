import { CreateServiceLinkedRoleCommand, type IAMClient } from "@aws-sdk/client-iam";
import { NEEDED_BEFORE, linkedServices } from "../../operations/checks/service-linked-roles";

/**
 * Sets up a new account, once: creates the service-linked roles of ECS and RDS. The local AWS works
 * without them, but the checks before a deployment require them on any AWS.
 */
export async function prepareAccount(iam: IAMClient): Promise<void> {
  const present = await linkedServices(iam);
  for (const service of NEEDED_BEFORE.filter((each) => !present.includes(each))) {
    await iam.send(new CreateServiceLinkedRoleCommand({ AWSServiceName: service }));
  }
}
