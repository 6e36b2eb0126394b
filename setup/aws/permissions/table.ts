import { alarms } from "./alarms";
import { autoscaling } from "./autoscaling";
import { awsLogs } from "./aws-logs";
import { buckets } from "./buckets";
import { commands } from "./commands";
import { containers } from "./containers";
import { database } from "./database";
import { domain } from "./domain";
import type { Environment } from "./environment";
import type { PermissionTable } from "./grant";
import { identity } from "./identity";
import { images } from "./images";
import { jobs } from "./jobs";
import { loadBalancing } from "./load-balancing";
import { logGroups } from "./log-groups";
import { network } from "./network";
import { queues } from "./queues";
import { restoration } from "./restoration";
import { secrets } from "./secrets";
import { securityGroups } from "./security-groups";
import { signing } from "./signing";
import { serviceDiscovery } from "./service-discovery";
import { state } from "./state";
import { taskRoles } from "./task-roles";
import { webAcl } from "./web-acl";

/**
 * The AWS permissions of each kind of block in the three stacks, as hashicorp/aws 5.100.0 requires
 * them. A new kind of resource gets an entry in its service's file; a test finds missing entries.
 */
export function permissionTable(environment: Environment): PermissionTable {
  return {
    ...state(environment),
    ...images(environment),
    ...signing(environment),
    ...network(environment),
    ...securityGroups(environment),
    ...loadBalancing(environment),
    ...webAcl(environment),
    ...identity(environment),
    ...serviceDiscovery(environment),
    ...database(environment),
    ...secrets(environment),
    ...logGroups(environment),
    ...taskRoles(environment),
    ...containers(environment),
    ...autoscaling(environment),
    ...jobs(environment),
    ...domain(environment),
    ...awsLogs(environment),
    ...queues(environment),
    ...buckets(environment),
    ...alarms(environment),
    ...commands(environment),
    ...restoration(environment),
  };
}
