import type { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";

/** An allowed connection: TCP from one group to another, on one port. */
interface Path {
  readonly from: SecurityGroup;
  readonly to: SecurityGroup;
  readonly port: number;
  readonly description: string;
}

/** Creates the two rules of a connection: out of one group, and into the other. */
export function openPath(
  parent: Construct,
  id: string,
  { from, to, port, description }: Path,
): ITerraformDependable[] {
  const scope = new Construct(parent, id);
  const rule = { description, ipProtocol: "tcp", fromPort: port, toPort: port };
  return [
    new VpcSecurityGroupEgressRule(scope, "out", {
      ...rule,
      securityGroupId: from.id,
      referencedSecurityGroupId: to.id,
    }),
    new VpcSecurityGroupIngressRule(scope, "in", {
      ...rule,
      securityGroupId: to.id,
      referencedSecurityGroupId: from.id,
    }),
  ];
}
