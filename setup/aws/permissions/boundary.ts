import type { Environment } from "./environment";
import type { Grant } from "./grant";
import { jobBoundary } from "./jobs";
import { taskBoundary } from "./task-roles";

/** The most that the roles of an environment's tasks and jobs may do: its permissions boundary. */
export function boundaryGrants(environment: Environment): Grant[] {
  return [...taskBoundary(environment), ...jobBoundary(environment)];
}
