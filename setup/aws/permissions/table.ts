import { autoscaling } from "./autoscaling";
import { commands } from "./commands";
import { containers } from "./containers";
import { database } from "./database";
import { domain } from "./domain";
import type { Environment } from "./environment";
import type { PermissionTable } from "./grant";
import { images } from "./images";
import { loadBalancing } from "./load-balancing";
import { logGroups } from "./log-groups";
import { network } from "./network";
import { secrets } from "./secrets";
import { securityGroups } from "./security-groups";
import { serviceDiscovery } from "./service-discovery";
import { state } from "./state";
import { taskRoles } from "./task-roles";

/**
 * What each kind of block in the three stacks needs of AWS, as hashicorp/aws 5.100.0 asks for it. A
 * new kind of resource gets its entry in the file of its service; a test finds what is missing.
 */
export function permissionTable(environment: Environment): PermissionTable {
  return {
    ...state(environment),
    ...images(environment),
    ...network(environment),
    ...securityGroups(environment),
    ...loadBalancing(environment),
    ...serviceDiscovery(environment),
    ...database(environment),
    ...secrets(environment),
    ...logGroups(environment),
    ...taskRoles(environment),
    ...containers(environment),
    ...autoscaling(environment),
    ...domain(environment),
    ...commands(environment),
  };
}
