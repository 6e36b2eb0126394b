import { type IAMClient, paginateListRoles } from "@aws-sdk/client-iam";
import type { Services } from "../../spec/service/spec";
import { isDenied } from "../target/aws-error";
import { type Check, type Problem, hasDatabase } from "./check";

/** Path of service-linked roles, with which AWS services act in an account; each exists once per account. */
const FOLDER = "/aws-service-role/";

/** A role that must exist before the first resource that needs it. */
interface NeededRole {
  readonly role: string;
  /** What fails without it. */
  readonly lack: string;
}

/**
 * ECS creates its role with the account's first cluster and refuses services until the role has
 * propagated: "Unable to assume the service linked role". Terraform retries for two minutes, which fails
 * if the caller may not create the role. RDS creates its role with the first database, but refuses the
 * subnet group before it: "Missing necessary credentials".
 *
 * @see https://github.com/hashicorp/terraform-provider-aws/issues/11417
 * @see https://github.com/terraform-aws-modules/terraform-aws-rds/issues/364
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.IAM.ServiceLinkedRoles.html
 */
const NEEDED: Readonly<Record<string, NeededRole>> = {
  "ecs.amazonaws.com": {
    role: "AWSServiceRoleForECS",
    lack: "its first ECS service may fail without it",
  },
  "rds.amazonaws.com": {
    role: "AWSServiceRoleForRDS",
    lack: 'RDS refuses its first subnet group without it: "Missing necessary credentials"',
  },
};

/** The AWS services whose roles must exist before a first deployment. */
export const NEEDED_BEFORE: readonly string[] = Object.keys(NEEDED);

/**
 * AWS creates these roles in the call that first needs them.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/elb-service-linked-roles.html
 * @see https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-service-linked-roles.html
 */
const MADE_ON_FIRST_USE = [
  "elasticloadbalancing.amazonaws.com",
  "ecs.application-autoscaling.amazonaws.com",
];

/** Checks that the service-linked roles exist, which a new account lacks. */
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
      const roles = before.length > 1 ? "roles" : "role";
      return {
        found: `unknown, as the caller lacks iam:ListRoles; a deployment needs the ${roles} of ${before.join(", ")}`,
      };
    }
  },
};

/** The AWS services whose role exists in this account. */
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
  return `; AWS creates the role of ${missing.join(", ")} on first use, if the caller has iam:CreateServiceLinkedRole`;
}
