import { type IAMClient, paginateListRoles } from "@aws-sdk/client-iam";
import { isDenied } from "./aws-error";
import { type Check, hasDatabase } from "./check";

/** By these roles services of AWS act in an account, which has each of them once. */
const FOLDER = "/aws-service-role/";

/**
 * ECS begins to make its role with the account's first cluster, and refuses whoever needs it before
 * it has spread: "Unable to assume the service linked role". Terraform tries again for two minutes,
 * in vain if the caller may not make the role.
 *
 * @see https://github.com/hashicorp/terraform-provider-aws/issues/11417
 */
export const ECS = "ecs.amazonaws.com";

/** Their roles are made with the first of what needs them. */
const MADE_ON_FIRST_USE = [
  "elasticloadbalancing.amazonaws.com",
  "ecs.application-autoscaling.amazonaws.com",
] as const;
const RDS = "rds.amazonaws.com";

/** That services of AWS may act in an account that has used none of them before. */
export const serviceLinkedRoles: Check = {
  title: "Service-linked roles",
  run: async ({ clients, services }) => {
    const needed = [ECS, ...MADE_ON_FIRST_USE, ...(hasDatabase(services) ? [RDS] : [])];
    try {
      const present = await linkedServices(clients.iam);
      if (!present.includes(ECS)) return { problems: [ecsProblem()] };
      const missing = needed.filter((service) => !present.includes(service));
      const there = needed.filter((service) => present.includes(service));
      return { found: `of ${there.join(", ")}${note(missing)}` };
    } catch (error) {
      if (!isDenied(error)) throw error;
      return { found: `not known, as the caller may not iam:ListRoles; that of ${ECS} is needed` };
    }
  },
};

/** The services that have their role in this account. */
export async function linkedServices(client: IAMClient): Promise<string[]> {
  const services: string[] = [];
  for await (const { Roles = [] } of paginateListRoles({ client }, { PathPrefix: FOLDER })) {
    services.push(
      ...Roles.flatMap(({ Path = "" }) => Path.slice(FOLDER.length).split("/")[0] ?? []),
    );
  }
  return services;
}

function ecsProblem() {
  return {
    problem:
      "the account has no AWSServiceRoleForECS, and its first ECS service may fail for want of it",
    mend: `aws iam create-service-linked-role --aws-service-name ${ECS}`,
  };
}

function note(missing: readonly string[]): string {
  if (missing.length === 0) return "";
  return `; AWS makes that of ${missing.join(", ")} on first use, if the caller may iam:CreateServiceLinkedRole`;
}
