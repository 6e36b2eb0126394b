import { type Breach, type Rule, breach } from "../rule";
import {
  type Block,
  type Resource,
  type Stack,
  blocks,
  refersTo,
  resourcesOf,
  strings,
} from "../stack";

/** The ports of the public entry. */
const PUBLIC_PORTS = [80, 443];

/** A shorter prefix contains addresses of more than one organisation. */
const NARROWEST = { ipv4: 8, ipv6: 16 } as const;

export const openPorts: Rule = {
  promise: "The internet reaches the load balancer on ports 80 and 443, and nothing else",
  fix: "name the security group that may connect (referencedSecurityGroupId), and its one port",
  breaches: ({ stacks }) => {
    const entries = entryGroups(stacks);
    const rules = resourcesOf(
      stacks,
      "aws_vpc_security_group_ingress_rule",
      "aws_vpc_security_group_egress_rule",
      "aws_security_group_rule",
    );
    return [
      ...rules.flatMap((rule) =>
        isIngress(rule) ? ingressBreaches(rule, entries) : egressBreaches(rule),
      ),
      ...inlineBreaches(stacks),
      ...defaultGroupBreaches(stacks),
    ];
  },
};

/** The security groups of load balancers. */
function entryGroups(stacks: readonly Stack[]): Resource[] {
  const balancers = resourcesOf(stacks, "aws_lb");
  return resourcesOf(stacks, "aws_security_group").filter((group) =>
    balancers.some(({ block }) => refersTo(block["security_groups"], group)),
  );
}

function isIngress({ type, block }: Resource): boolean {
  return type === "aws_vpc_security_group_ingress_rule" || block["type"] === "ingress";
}

function ingressBreaches(rule: Resource, entries: readonly Resource[]): Breach[] {
  const { block } = rule;
  if (allPorts(block)) return [breach(rule, `it admits ${portsOf(block)}`)];
  const open = openRanges(block);
  if (open.length === 0) return [];
  const isEntry = entries.some((group) => refersTo(block["security_group_id"], group));
  if (isEntry && PUBLIC_PORTS.includes(Number(block["from_port"])) && isOnePort(block)) return [];
  return [breach(rule, `it admits ${open.join(", ")} to ${portsOf(block)}`)];
}

/** A task may reach the internet on named ports: ECR, Secrets Manager and CloudWatch are there. */
function egressBreaches(rule: Resource): Breach[] {
  const { block } = rule;
  const open = openRanges(block);
  if (open.length === 0 || isOnePort(block)) return [];
  return [breach(rule, `it reaches ${open.join(", ")} on ${portsOf(block)}`)];
}

/** Rules in the group itself remove those that are resources of their own. */
function inlineBreaches(stacks: readonly Stack[]): Breach[] {
  return resourcesOf(stacks, "aws_security_group")
    .filter(({ block }) => [...blocks(block["ingress"]), ...blocks(block["egress"])].length > 0)
    .map((group) => breach(group, "it has rules of its own"));
}

/** Whatever is put into the default group by mistake can connect nowhere. */
function defaultGroupBreaches(stacks: readonly Stack[]): Breach[] {
  const defaults = resourcesOf(stacks, "aws_default_security_group");
  return [
    ...resourcesOf(stacks, "aws_vpc")
      .filter((vpc) => !defaults.some(({ block }) => refersTo(block["vpc_id"], vpc)))
      .map((vpc) =>
        breach(vpc, "its default security group keeps AWS's rules, which admit everything"),
      ),
    ...defaults
      .filter(({ block }) => [...blocks(block["ingress"]), ...blocks(block["egress"])].length > 0)
      .map((group) => breach(group, "the default security group has rules")),
  ];
}

function openRanges(block: Block): string[] {
  const { cidr_ipv4, cidr_ipv6, cidr_blocks, ipv6_cidr_blocks } = block;
  return [
    ...[...strings(cidr_ipv4), ...strings(cidr_blocks)].filter(isWide(NARROWEST.ipv4)),
    ...[...strings(cidr_ipv6), ...strings(ipv6_cidr_blocks)].filter(isWide(NARROWEST.ipv6)),
  ];
}

function isWide(narrowest: number): (range: string) => boolean {
  return (range) => Number(/\/(\d+)$/.exec(range)?.[1] ?? Infinity) < narrowest;
}

function allPorts({ ip_protocol, protocol }: Block): boolean {
  return ["-1", "all"].includes(String(ip_protocol ?? protocol));
}

function isOnePort(block: Block): boolean {
  const { from_port: from, to_port: to } = block;
  return !allPorts(block) && typeof from === "number" && from === to;
}

function portsOf(block: Block): string {
  if (allPorts(block)) return "every port";
  const { from_port: from, to_port: to } = block;
  return from === to ? `port ${String(from)}` : `ports ${String(from)} to ${String(to)}`;
}
