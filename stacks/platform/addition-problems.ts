import type { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import type { Construct } from "constructs";
import * as z from "zod/mini";
import type { Config } from "../../spec/config";
import { containerEnvironment } from "../../spec/container";
import { serviceNameProblem } from "../../spec/names";
import { partitionOf } from "../../spec/regions";
import { entry, given, isObject, problemsOf } from "../../spec/schema";
import { partitionProblems, permissionProblems } from "../../spec/service/permission-problems";
import { givenPermissions } from "../../spec/service/permissions-schema";
import { quotaProblems } from "../../spec/service/quota-problems";
import { type Services, specOf } from "../../spec/service/spec";
import { variables } from "../../spec/service/variable";
import { variableProblems } from "../../spec/service/variable-problems";
import type { Addition } from "./addition";

/** A call of `PlatformParts.allow`. */
export interface Allowed {
  readonly service: string;
  readonly to: SecurityGroup;
  readonly port: number;
}

/** The variables of a container definition. */
interface Variables {
  readonly name: string;
  readonly environment?: readonly { readonly name: string }[];
  readonly secrets?: readonly { readonly name: string }[];
}

const addition = entry<Addition>()("{ environment, permissions }, or one of them", {
  environment: z.exactOptional(variables),
  permissions: z.exactOptional(givenPermissions),
});

/** Words of names that could make a name that another environment has, or that AWS refuses. */
export function wordProblems(words: readonly string[]): string[] {
  return words.flatMap((word) => {
    const problem = serviceNameProblem(word);
    return problem === undefined
      ? []
      : [`resourceName was given ${JSON.stringify(word)}; a part of a name ${problem}`];
  });
}

/** Paths that `allow` cannot open. */
export function allowProblems(
  allowed: readonly Allowed[],
  scope: Construct,
  services: Services,
): string[] {
  const seen = new Set<string>();
  return allowed.flatMap(({ service, to, port }) => {
    const call = `allow(${JSON.stringify(service)}, ${to.node.path}, ${port})`;
    const isAgain = seen.has(call);
    seen.add(call);
    return [
      ...(isService(service, services) ? [] : [`${call}: ${unknown(service, services)}`]),
      ...(Number.isInteger(port) && port >= 1 && port <= 65535
        ? []
        : [`${call}: the port must be a whole number from 1 to 65535`]),
      ...(to.node.scopes.includes(scope)
        ? []
        : [
            `${call}: the security group must be one of additions.ts, created in scope; between services, calls opens the paths`,
          ]),
      ...(isAgain ? [`${call} is there twice; remove one of them`] : []),
    ];
  });
}

/** What is wrong with what the services get, as far as it is known before Terraform runs. */
export function additionProblems(added: unknown, services: Services, config: Config): string[] {
  if (!isObject(added)) {
    return [`what the function returns ${given(added)}; it must be an object by service, or {}`];
  }
  const problems = Object.entries(added).flatMap(([service, each]) => {
    if (!isService(service, services)) return [unknown(service, services)];
    const inShape = problemsOf(addition, each, service);
    if (inShape.length > 0) return inShape;
    // The schema has shown that it is one.
    return ruleProblems(service, each as Addition, services, config).map(
      (problem) => `${service}.${problem}`,
    );
  });
  return problems.length > 0
    ? problems
    : tooMuch(added as Record<string, Addition>, services, config);
}

function ruleProblems(
  service: string,
  { environment = {}, permissions = [] }: Addition,
  services: Services,
  config: Config,
): string[] {
  const spec = specOf(service, services);
  const own = containerEnvironment(service, services, config);
  const names = Object.keys(environment);
  const wrong = variableProblems({ ...spec, environment });
  const taken = wrong.length > 0 ? [] : names.filter((name) => Object.hasOwn(own, name));
  return [
    ...wrong,
    ...taken.map(
      (name) =>
        `environment sets ${name}, but so does the service's entry in services/index.ts or environments.ts; remove one of them`,
    ),
    ...permissionProblems(permissions, spec.permissions),
    ...partitionProblems(permissions, config.region, partitionOf(config.region)),
  ];
}

/** The quotas that the services exceed with what they get, and did not without. */
function tooMuch(
  added: Readonly<Record<string, Addition>>,
  services: Services,
  config: Config,
): string[] {
  const together = Object.entries(services).map(([name, spec]) => {
    const { environment, permissions = [] } = added[name] ?? {};
    const more = {
      environment: { ...spec.environment, ...environment },
      permissions: [...(spec.permissions ?? []), ...permissions],
    };
    return [name, { ...spec, ...more }];
  });
  // The same services, with more variables and permissions.
  return quotaProblems(Object.fromEntries(together) as Services, config);
}

/** Variables that a container would have twice: from additions.ts and from another source. */
export function clashes(
  service: string,
  added: Readonly<Record<string, string>>,
  containers: readonly Variables[],
): string[] {
  const twice = Object.keys(added).filter((name) =>
    containers.some(({ environment = [], secrets = [] }) => {
      return [...environment, ...secrets].filter((each) => each.name === name).length > 1;
    }),
  );
  return twice.map(
    (name) =>
      `${service}.environment sets ${name}, which the platform sets itself; choose another name`,
  );
}

function isService(service: string, services: Services): boolean {
  return Object.hasOwn(services, service);
}

function unknown(service: string, services: Services): string {
  return `"${service}" is not a service; the services are ${Object.keys(services).join(", ")}`;
}
