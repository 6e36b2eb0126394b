import { AGAIN } from "./failed-request";
import { type KnownError, about, aws, either, types } from "./known-error";

/** A limit of an account in a region, by the code of the error that reports it. */
interface Quota {
  readonly code: RegExp;
  readonly what: string;
  /** The service's code in Service Quotas. */
  readonly service: string;
  /** How to need fewer. */
  readonly fewer: string;
}

/** More specific codes first: `LimitExceeded` ends several others. */
const QUOTAS: readonly Quota[] = [
  {
    code: /AddressLimitExceeded/,
    what: "Elastic IPs",
    service: "ec2",
    fewer: 'release an unused one, or set natGateways: "shared" in environments.ts to need one',
  },
  {
    code: /VpcLimitExceeded/,
    what: "VPCs",
    service: "vpc",
    fewer: "delete an unused one, or set PLATFORM_REGION to another region",
  },
  {
    code: /NatGatewayLimitExceeded|InternetGatewayLimitExceeded|VpcEndpointLimitExceeded|SubnetLimitExceeded|RouteTableLimitExceeded|NetworkInterfaceLimitExceeded/,
    what: "parts of a network (NAT gateways, internet gateways, endpoints, subnets, route tables)",
    service: "vpc",
    fewer: "delete the network of an environment that is not used: npx platform envs lists them",
  },
  {
    code: /RouteLimitExceeded/,
    what: "routes in a route table",
    service: "vpc",
    fewer: "remove routes that were added by hand",
  },
  {
    code: /RulesPerSecurityGroup|SecurityGroupLimitExceeded|SecurityGroupsPerInterface/,
    what: "security groups, or rules of one",
    service: "vpc",
    fewer: "shorten `calls` in services/index.ts, or remove rules that were added by hand",
  },
  {
    code: /TooMany(LoadBalancers|TargetGroups|Rules|Listeners|Certificates|UniqueTargetGroups|Targets)/,
    what: "load balancers, or the listeners, rules and target groups of one",
    service: "elasticloadbalancing",
    fewer: "destroy an environment that is not used: npx platform envs lists them",
  },
  {
    code: /DB(Cluster|Subnet|SubnetGroup|ParameterGroup|ClusterParameterGroup)QuotaExceeded|InstanceQuotaExceeded|StorageQuotaExceeded/,
    what: "database clusters, instances, subnet groups or storage",
    service: "rds",
    fewer: "destroy an environment that is not used: npx platform envs lists them",
  },
];

/** The service behind an error's `operation error IAM: …`, and its code in Service Quotas. */
const SERVICES: Readonly<Record<string, string>> = {
  ACM: "acm",
  "Application Auto Scaling": "application-autoscaling",
  "CloudWatch Logs": "logs",
  "Cognito Identity Provider": "cognito-idp",
  EC2: "ec2",
  ECR: "ecr",
  ECS: "ecs",
  IAM: "iam",
  RDS: "rds",
  "Route 53": "route53",
  "Secrets Manager": "secretsmanager",
  ServiceDiscovery: "servicediscovery",
  WAFV2: "wafv2",
};

/** A push to ECR, whose errors name no service. */
const push = types("docker_registry_image");

/** Errors of a limit that AWS sets, and of capacity that it lacks. */
export const QUOTA_ERRORS: readonly KnownError[] = [
  {
    from: aws,
    pattern:
      /Insufficient(DBInstance|DBCluster|StorageCluster|Instance|Address)?Capacity|Capacity is unavailable/,
    advice: (_, __, errors) => [
      about(errors, "AWS has no capacity of this kind in this zone at the moment."),
      "→ Run the same command again in some minutes, or set PLATFORM_REGION to another region.",
    ],
  },
  ...QUOTAS.map(({ code, what, service, fewer }) => {
    const advice: KnownError["advice"] = (_, words, errors) => [
      about(errors, `the account's quota is used up: ${what} (${code.exec(words)?.[0] ?? ""}).`),
      `→ ${sentence(fewer)}, or request an increase: ${quotasOf(service)} ${AGAIN}`,
    ];
    return { from: aws, pattern: code, advice };
  }),
  {
    from: either(aws, push),
    pattern: /(?<!Request)Limits?Exceeded|QuotaExceeded|reached the limit on the number of/,
    advice: (_, words, errors) => {
      const pushed = errors.some(push) ? "ECR" : "";
      const named = /operation error ([\w ]+?):/.exec(words)?.[1] ?? pushed;
      const service = SERVICES[named];
      const quotas = quotasOf(service);
      return [
        about(errors, `a quota of the account is used up${named && `, in ${named}`}.`),
        `→ Delete what is not used (npx platform envs lists the environments), or request an increase: ${quotas} ${AGAIN}`,
      ];
    },
  },
];

function quotasOf(service: string | undefined): string {
  if (service === undefined) return "npx platform doctor checks those of a deployment.";
  return `aws service-quotas list-service-quotas --service-code ${service} --output table shows the codes for aws service-quotas request-service-quota-increase.`;
}

function sentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
