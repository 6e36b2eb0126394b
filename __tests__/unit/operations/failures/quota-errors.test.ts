import { expect, test } from "vitest";
import { knownErrors } from "../../../../operations/failures/known-errors";
import { StackFailure } from "../../../../operations/terraform/terraform-process";

/** The advice on a request that a service refuses with a code. */
function advice(service: string, code: string, address = "aws_vpc.network_vpc_0A1B2C3D"): string[] {
  const summary = `creating it: operation error ${service}: CreateIt, https response error StatusCode: 400, RequestID: 1a2b, api error ${code}: no`;
  return knownErrors(new StackFailure("platform", [{ summary, detail: "", address }]));
}

const increase = (service: string) =>
  `or request an increase: aws service-quotas list-service-quotas --service-code ${service} --output table shows`;

const NETWORK =
  "Delete the network of an environment that is not used: npx platform envs lists them";
const ENVIRONMENT = "Destroy an environment that is not used: npx platform envs lists them";
const PARTS =
  "parts of a network (NAT gateways, internet gateways, endpoints, subnets, route tables)";

test.each([
  ["EC2", "AddressLimitExceeded", "Elastic IPs", "ec2", "Release an unused one"],
  ["EC2", "VpcLimitExceeded", "VPCs", "vpc", "Delete an unused one"],
  ["EC2", "NatGatewayLimitExceeded", PARTS, "vpc", NETWORK],
  ["EC2", "VpcEndpointLimitExceeded", PARTS, "vpc", NETWORK],
  [
    "EC2",
    "RouteLimitExceeded",
    "routes in a route table",
    "vpc",
    "Remove routes that were added by hand",
  ],
  [
    "EC2",
    "RulesPerSecurityGroup",
    "security groups, or rules of one",
    "vpc",
    "Shorten `calls` in services/index.ts",
  ],
  [
    "Elastic Load Balancing v2",
    "TooManyTargetGroups",
    "load balancers, or the listeners, rules and target groups of one",
    "elasticloadbalancing",
    ENVIRONMENT,
  ],
  [
    "RDS",
    "DBClusterQuotaExceeded",
    "database clusters, instances, subnet groups or storage",
    "rds",
    ENVIRONMENT,
  ],
])("%s's %s names what is used up, and how to have more", (service, code, what, quotas, fewer) => {
  const [fault, fix] = advice(service, code);
  expect(fault).toBe(`The account's quota is used up: ${what} (${code}).`);
  expect(fix).toMatch(`→ ${fewer}`);
  expect(fix).toContain(increase(quotas));
});

test.each([
  ["ACM", "acm"],
  ["Application Auto Scaling", "application-autoscaling"],
  ["CloudWatch Logs", "logs"],
  ["Cognito Identity Provider", "cognito-idp"],
  ["EC2", "ec2"],
  ["ECR", "ecr"],
  ["ECS", "ecs"],
  ["IAM", "iam"],
  ["RDS", "rds"],
  ["Route 53", "route53"],
  ["Secrets Manager", "secretsmanager"],
  ["ServiceDiscovery", "servicediscovery"],
  ["WAFV2", "wafv2"],
])(
  "another quota of %s is looked up by the code that Service Quotas has for it",
  (service, code) => {
    const [fault, fix] = advice(service, "LimitExceeded");
    expect(fault).toBe(`A quota of the account is used up, in ${service}.`);
    expect(fix).toContain(increase(code));
  },
);

test("of a service that is not known the quotas of a deployment are checked", () => {
  const [fault, fix] = advice("New Service", "LimitExceededException");
  expect(fault).toBe("A quota of the account is used up, in New Service.");
  expect(fix).toContain(
    "or request an increase: npx platform doctor checks those of a deployment.",
  );
});

test("an error that names no service is ECR's if it is a push's, and otherwise nobody's", () => {
  const summary = "api error LimitExceededException: no";
  const of = (stack: "images" | "platform", ...addresses: readonly string[]) =>
    knownErrors(
      new StackFailure(
        stack,
        addresses.map((address) => ({ summary, detail: "", address })),
      ),
    )[0];
  expect(of("images", "docker_registry_image.images_web_pushed_0A1B2C3D")).toContain(
    "a quota of the account is used up, in ECR.",
  );
  expect(of("platform", "aws_vpc.network_vpc_0A1B2C3D")).toBe("A quota of the account is used up.");
});

test("too many requests are no quota that is used up", () => {
  expect(advice("EC2", "RequestLimitExceeded").join("\n")).not.toContain("quota");
});

test.each([
  "InsufficientDBInstanceCapacity",
  "InsufficientCapacity",
  "InsufficientAddressCapacity",
])("%s is a lack of AWS's", (code) => {
  expect(advice("EC2", code)[0]).toContain("AWS has no capacity of this kind");
});
