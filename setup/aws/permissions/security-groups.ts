import { type Environment, arn, claims } from "./environment";
import { type PermissionTable, allow, of } from "./grant";
import { ec2Grants } from "./network";

/**
 * Security groups and their rules.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
 */
export function securityGroups(environment: Environment): PermissionTable {
  const { read, create, change, use, tag } = ec2Grants(environment);
  const revoke = change(
    "security-group",
    "RevokeSecurityGroupIngress",
    "RevokeSecurityGroupEgress",
  );
  const rule = (authorize: string) => ({
    read: [read("DescribeSecurityGroupRules")],
    write: [
      change("security-group", authorize, "ModifySecurityGroupRules"),
      create("security-group-rule", authorize),
      change("security-group-rule", "ModifySecurityGroupRules"),
      revoke,
      ...tag("security-group-rule", authorize),
    ],
  });
  return {
    aws_security_group: {
      read: [read("DescribeSecurityGroups", "DescribeSecurityGroupRules")],
      write: [
        create("security-group", "CreateSecurityGroup"),
        use("vpc", "CreateSecurityGroup"),
        change("security-group", "DeleteSecurityGroup"),
        // Terraform removes the rule that AWS adds to a new group.
        revoke,
        read("DescribeNetworkInterfaces"),
        ...tag("security-group", "CreateSecurityGroup"),
      ],
    },
    aws_default_security_group: {
      read: [read("DescribeSecurityGroups", "DescribeVpcs")],
      write: [
        revoke,
        // AWS creates this group with the VPC, without tags; its first tags make it the environment's.
        // So any group of the account without an `Environment` tag can be claimed.
        allow(
          [arn(environment, "ec2", "security-group/*")],
          of("ec2", "CreateTags"),
          claims(environment),
        ),
        ...tag("security-group", "CreateSecurityGroup"),
      ],
    },
    aws_vpc_security_group_ingress_rule: rule("AuthorizeSecurityGroupIngress"),
    aws_vpc_security_group_egress_rule: rule("AuthorizeSecurityGroupEgress"),
  };
}
