import { type ServiceSpec, urlVariable } from "./spec";
import { VARIABLE } from "./variable";

/** Variables that the platform sets itself. */
const RESERVED_VARIABLE =
  /^(PORT|SERVICE_NAME|DRAIN_SECONDS|DATABASE_.*|IDENTITY_.*|AWS_.*|ECS_.*)$/;

/** What is wrong with the names of a service's variables, in the catalogue or in an environment. */
export function variableProblems(
  environment: Readonly<Record<string, string>>,
  { calls = [] }: Pick<ServiceSpec, "calls">,
): string[] {
  return [
    ...calls
      .filter((callee) => Object.hasOwn(environment, urlVariable(callee)))
      .map(
        (callee) =>
          `environment sets ${urlVariable(callee)}, but so does calls: ["${callee}"], with the URL of ${callee}; remove one of them`,
      ),
    ...Object.keys(environment)
      .filter((variable) => !VARIABLE.test(variable) || RESERVED_VARIABLE.test(variable))
      .map(
        (variable) =>
          `environment sets ${variable}; a name must be letters, digits and _, but not __proto__, and PORT, SERVICE_NAME, DRAIN_SECONDS, DATABASE_*, IDENTITY_*, AWS_* and ECS_* are reserved for the platform`,
      ),
  ];
}
