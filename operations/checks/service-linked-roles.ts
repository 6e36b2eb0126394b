import { type IAMClient, paginateListRoles } from "@aws-sdk/client-iam";
import type { Services } from "../../spec/service/spec";
import { isDenied } from "../target/aws-error";
import { type Check, type Problem, hasDatabase } from "./check";

/** By these roles services of AWS act in an account, which has each of them once. */
const FOLDER = "/aws-service-role/";

/** A role that must be there before the first of what needs it. */
interface NeededRole {
  readonly role: string;
  /** What goes wrong without it. */
  readonly lack: string;
}

/**
 * ECS begins to make its role with the account's first cluster, and refuses any caller before it has
 * spread: "Unable to assume the service linked role". Terraform tries again for two minutes, in vain if
 * the caller may not make the role. RDS makes its own with the first database, but the subnet group that
 * comes before it is refused: "Missing necessary credentials".
 *
 * @see https://github.com/hashicorp/terraform-provider-aws/issues/11417
 * @see https://github.com/terraform-aws-modules/terraform-aws-rds/issues/364
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.IAM.ServiceLinkedRoles.html
 */
const NEEDED: Readonly<Record<string, NeededRole>> = {
  "ecs.amazonaws.com": {
    role: "AWSServiceRoleForECS",
    lack: "its first ECS service may fail for want of it",
  },
  "rds.amazonaws.com": {
    role: "AWSServiceRoleForRDS",
    lack: 'RDS refuses its first subnet group without it: "Missing necessary credentials"',
  },
};

/** The services whose roles are made before a first deployment. */
export const NEEDED_BEFORE: readonly string[] = Object.keys(NEEDED);

/**
 * Their roles are made with the first of what needs them, by the very call.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/elb-service-linked-roles.html
 * @see https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-service-linked-roles.html
 */
const MADE_ON_FIRST_USE = [
  "elasticloadbalancing.amazonaws.com",
  "ecs.application-autoscaling.amazonaws.com",
];

/** That services of AWS may act in an account that has used none of them before. */
export const serviceLinkedRoles: Check = {
  title: "Service-linked roles",
  run: async ({ clients, services }) => {
    const before = neededBy(services);
    try {
      const present = await linkedServices(clients.iam);
      const problems = before
        .filter((service) => !present.includes(service))
        .flatMap((service) => problemOf(service, NEEDED[service]));
      if (problems.length > 0) return { problems };
      const missing = MADE_ON_FIRST_USE.filter((service) => !present.includes(service));
      const there = [...before, ...MADE_ON_FIRST_USE].filter((each) => present.includes(each));
      return { found: `of ${there.join(", ")}${note(missing)}` };
    } catch (error) {
      if (!isDenied(error)) throw error;
      const needed = before.length > 1 ? "those of" : "that of";
      const verb = before.length > 1 ? "are" : "is";
      return {
        found: `not known, as the caller may not iam:ListRoles; ${needed} ${before.join(", ")} ${verb} needed`,
      };
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

function neededBy(services: Services): string[] {
  return NEEDED_BEFORE.filter(
    (service) => service !== "rds.amazonaws.com" || hasDatabase(services),
  );
}

function problemOf(service: string, needed: NeededRole | undefined): Problem[] {
  if (!needed) return [];
  return [
    {
      problem: `the account has no ${needed.role}, and ${needed.lack}`,
      fix: `aws iam create-service-linked-role --aws-service-name ${service}`,
    },
  ];
}

function note(missing: readonly string[]): string {
  if (missing.length === 0) return "";
  return `; AWS makes that of ${missing.join(", ")} on first use, if the caller may iam:CreateServiceLinkedRole`;
}
