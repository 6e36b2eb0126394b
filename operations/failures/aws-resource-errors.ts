import { AGAIN, RUN_AGAIN } from "./failed-request";
import { type KnownError, about, aws, onServices, types } from "./known-error";
import { describeDiagnostic } from "../terraform/diagnostic";
import { terraformIn } from "../terraform/terraform-process";

/** The table and the destination of a route, which make its ID for an import. */
const ROUTE = /Route Table \((rtb-\w+)\) with destination \(([^)]+)\) already exists/;

/** Errors of one type of AWS resource. */
export const AWS_RESOURCE_ERRORS: readonly KnownError[] = [
  {
    // The state has the table, so the route is this environment's; it carries no tags of its own.
    from: types("aws_route"),
    pattern: ROUTE,
    advice: (failure, _, errors) => [
      "A killed run left routes that the state does not know.",
      ...errors.map((error) => {
        const [, table, destination] = ROUTE.exec(describeDiagnostic(error)) ?? [];
        return `→ ${terraformIn(failure)} import '${error.address}' '${table}_${destination}'`;
      }),
      `→ ${AGAIN}`,
    ],
  },
  {
    from: types("aws_lb_listener_rule"),
    pattern: /PriorityInUse/,
    advice: (_, words, errors) => {
      const [, priority = "?"] = /Priority '?(\d+)'?/.exec(words) ?? [];
      return [
        about(
          errors,
          `another rule of the listener has the priority ${priority}: one that is being removed, or one that no state knows.`,
        ),
        `→ ${RUN_AGAIN} If it stays: aws elbv2 describe-rules --listener-arn ARN shows the rule, aws elbv2 delete-rule --rule-arn ARN removes it.`,
      ];
    },
  },
  {
    from: types("aws_lb"),
    pattern: /does not support creating load balancers/,
    advice: () => [
      "AWS has not enabled load balancers for this account yet, as is usual for a new one.",
      `→ Ask AWS Support to enable Elastic Load Balancing (an account question, free of charge). ${AGAIN}`,
    ],
  },
  {
    from: types("aws_lb", "aws_rds_cluster_instance", "aws_ecs_service", "aws_nat_gateway"),
    pattern:
      /InsufficientFreeAddressesInSubnet|Not enough IP space available|insufficient free addresses/i,
    advice: onServices(
      "the subnets have no free addresses left.",
      "Remove interfaces that are not used (aws ec2 describe-network-interfaces), or lower the `scaling` of services: each task has an address.",
    ),
  },
  {
    from: types(
      "aws_lb_listener",
      "aws_security_group",
      "aws_vpc_security_group_ingress_rule",
      "aws_vpc_security_group_egress_rule",
      "aws_service_discovery_service",
      "aws_appautoscaling_policy",
      "aws_wafv2_web_acl",
    ),
    pattern:
      /DuplicateListener|Invalid(Group|Permission)\.Duplicate|ServiceAlreadyExists|WAFDuplicateItem|already exists/,
    advice: onServices(
      "AWS already has a resource of this name that the state does not know: a killed run left it, or another owner has the name.",
      `If it is this environment's (its tags say so), delete it; otherwise choose another PLATFORM_NAME or PLATFORM_SUFFIX. ${AGAIN}`,
    ),
  },
  {
    from: types("aws_service_discovery_private_dns_namespace"),
    pattern:
      /NamespaceAlreadyExists|ConflictingDomainExists|CANNOT_CREATE_HOSTED_ZONE|overlapping name ?space/,
    advice: () => [
      "A killed run left the Cloud Map namespace of this name, or its private zone in the VPC.",
      `→ aws servicediscovery list-namespaces shows it, aws servicediscovery delete-namespace --id ID removes it. ${AGAIN}`,
    ],
  },
  {
    from: types("aws_secretsmanager_secret"),
    pattern: /scheduled for deletion/,
    advice: (_, words, errors) => {
      const [, name = "NAME"] = /Secrets Manager Secret \(([^)]+)\)/.exec(words) ?? [];
      return [
        about(
          errors,
          "the secret of this name was deleted by hand and still waits for its deletion.",
        ),
        `→ aws secretsmanager delete-secret --secret-id ${name} --force-delete-without-recovery. ${AGAIN}`,
      ];
    },
  },
  {
    from: types("aws_ecs_cluster", "aws_ecs_service", "aws_ecs_cluster_capacity_providers"),
    pattern: /assume the service linked role/i,
    advice: () => [
      "The account lacks the service-linked role of ECS, or has had it for less than a minute.",
      `→ aws iam create-service-linked-role --aws-service-name ecs.amazonaws.com. ${AGAIN}`,
    ],
  },
  {
    from: types("aws_ecs_service"),
    pattern: /does not have an associated load balancer/,
    advice: onServices(
      "its target group has lost its listener rule, which was removed by hand.",
      `${RUN_AGAIN} Terraform finds what is missing when it refreshes the state.`,
    ),
  },
  {
    from: types("aws_iam_role"),
    pattern: /Scope ARN: .{1,200} does not exist or is not attachable/,
    advice: () => [
      "PLATFORM_PERMISSIONS_BOUNDARY names a policy that does not exist in this account.",
      `→ npx platform setup creates it; aws iam list-policies --scope Local lists those that exist. ${AGAIN}`,
    ],
  },
  {
    from: types(
      "aws_iam_role",
      "aws_iam_policy",
      "aws_iam_role_policy",
      "aws_ecr_repository_policy",
    ),
    pattern:
      /MalformedPolicyDocument|Invalid principal in policy|InvalidParameterException: Invalid parameter at 'PolicyText'/,
    advice: onServices(
      "AWS refuses the policy: an account or a role that it names does not exist.",
      `Check the accounts of \`pullableBy\` in environments.ts. ${AGAIN}`,
    ),
  },
  {
    from: aws,
    pattern:
      /DependencyViolation|ResourceInUse|has a dependent object|is currently in use by|RepositoryNotEmpty|has dependencies and cannot be deleted/,
    advice: onServices(
      "AWS still uses the resource that is to be deleted, mostly by a network interface that takes minutes to go.",
      `${RUN_AGAIN} If it stays, something outside this environment uses it: aws ec2 describe-network-interfaces shows what.`,
    ),
  },
];
