import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { httpServiceOf } from "../../spec/service/kinds";
import { type Services, specOf } from "../../spec/service/spec";
import type { Config } from "../../spec/config";
import { resourceName } from "../../spec/names";
import type { Database } from "./database";
import type { LoadBalancer } from "./load-balancer";
import type { Network } from "./network";
import { openPath } from "./security-group-path";

export interface SecurityGroupsProps {
  readonly config: Config;
  readonly services: Services;
  readonly network: Network;
  readonly loadBalancer: LoadBalancer;
  readonly database: Database | undefined;
}

/** The group of a service's tasks, with the egress rule that each of them needs to start. */
interface TaskGroup {
  readonly group: SecurityGroup;
  readonly httpsOut: ITerraformDependable;
  /** Rules for what is not in the catalogue. */
  readonly further: ITerraformDependable[];
}

/**
 * The allowed connections, derived from the catalogue: the load balancer reaches public services, a
 * service reaches those that it `calls` and, with `database`, Aurora. All others are blocked.
 *
 * All services with a database share an additional group, so that Aurora's group needs one rule instead
 * of one per service. `calls` has no such groups: a task has at most five, but may have more callees.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
 */
export class SecurityGroups extends Construct {
  private readonly services = new Construct(this, "services");
  private readonly paths = new Construct(this, "paths");
  private readonly tasks = new Map<string, TaskGroup>();
  private readonly databaseClients: SecurityGroup | undefined;
  private readonly catalogue: Services;

  constructor(scope: Construct, id: string, props: SecurityGroupsProps) {
    super(scope, id);
    const { services, loadBalancer, database } = props;
    for (const service of Object.keys(services)) {
      this.tasks.set(service, this.createGroup(service, props));
    }
    this.catalogue = services;
    this.databaseClients = database && this.createDatabaseClients(database, props);

    for (const [service, spec] of Object.entries(services)) {
      const { group } = this.tasksOf(service);
      if (spec.port !== undefined && spec.path !== undefined) {
        openPath(this.paths, `load-balancer-to-${service}`, {
          from: loadBalancer.securityGroup,
          to: group,
          port: spec.port,
          description: `Load balancer to ${service}`,
        });
      }
      for (const callee of spec.calls ?? []) {
        openPath(this.paths, `${service}-to-${callee}`, {
          from: group,
          to: this.tasksOf(callee).group,
          port: httpServiceOf(callee, services).port,
          description: `${service} to ${callee}`,
        });
      }
    }
  }

  /** The IDs of the groups of a service's tasks. */
  of(service: string): string[] {
    const clients = specOf(service, this.catalogue).database ? this.databaseClients : undefined;
    const { group } = this.tasksOf(service);
    return clients ? [group.id, clients.id] : [group.id];
  }

  /** Lets the tasks of a service reach a port of a group that is not the platform's own. */
  allow(service: string, to: SecurityGroup, port: number): void {
    const { group, further } = this.tasksOf(service);
    const id = `from-${service}-${port}`;
    const description = `${service} to ${to.node.id}`;
    further.push(...openPath(to, id, { from: group, to, port, description }));
  }

  /** The rules of `allow`, which a service's task needs as well. */
  furtherRulesOf(service: string): readonly ITerraformDependable[] {
    return this.tasksOf(service).further;
  }

  /** The egress rule that a service's task needs before it can start. */
  egressOf(service: string): ITerraformDependable {
    return this.tasksOf(service).httpsOut;
  }

  private tasksOf(service: string): TaskGroup {
    const tasks = this.tasks.get(service);
    if (!tasks) throw new Error(`${service} is not in the catalogue`);
    return tasks;
  }

  private createDatabaseClients(
    database: Database,
    { config, network }: SecurityGroupsProps,
  ): SecurityGroup {
    const clients = new SecurityGroup(this, "database-clients", {
      name: resourceName(config, "database-clients"),
      description: "Tasks of the services that have a database",
      vpcId: network.vpc.id,
    });
    openPath(this.paths, "clients-to-database", {
      from: clients,
      to: database.securityGroup,
      port: database.port,
      description: "Services with a database to Aurora",
    });
    return clients;
  }

  private createGroup(service: string, { config, network }: SecurityGroupsProps): TaskGroup {
    const scope = new Construct(this.services, service);
    const group = new SecurityGroup(scope, "group", {
      name: resourceName(config, service, "tasks"),
      description: `Tasks of ${service}`,
      vpcId: network.vpc.id,
    });
    // Also to the keys of the identity provider: without it a service could check no token.
    const httpsOut = new VpcSecurityGroupEgressRule(scope, "https-out", {
      securityGroupId: group.id,
      description: "HTTPS to ECR, Secrets Manager and CloudWatch Logs",
      cidrIpv4: "0.0.0.0/0",
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
    });
    return { group, httpsOut, further: [] };
  }
}
