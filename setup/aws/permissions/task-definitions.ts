import { resourceName } from "../../../spec/names";
import { type Environment, arn } from "./environment";
import type { Arn, Conditions } from "./grant";

/** The revisions of the environment's task definitions. */
export function taskDefinitions(environment: Environment): Arn {
  return arn(environment, "ecs", `task-definition/${resourceName(environment, "*")}:*`);
}

/**
 * A service runs a task definition of its environment: with another's it would run with that one's roles and
 * secrets. An update that keeps its definition names none.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
 */
export function ownDefinition(environment: Environment): Conditions {
  return { ArnLikeIfExists: { "ecs:task-definition": taskDefinitions(environment) } };
}
