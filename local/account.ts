import { CreateServiceLinkedRoleCommand, type IAMClient } from "@aws-sdk/client-iam";
import { ECS, linkedServices } from "../preflight/service-linked-roles";

/**
 * Does what the owner of a new account does once: makes the role by which ECS acts. The local AWS
 * runs tasks without it; the checks before a deployment ask for it on any AWS.
 */
export async function prepareAccount(iam: IAMClient): Promise<void> {
  const present = await linkedServices(iam);
  if (present.includes(ECS)) return;
  await iam.send(new CreateServiceLinkedRoleCommand({ AWSServiceName: ECS }));
}
