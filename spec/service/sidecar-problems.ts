import { DATABASE_SETUP, HEALTH, IMAGE_PARTS, MIGRATE, READY } from "../images";
import { serviceNameProblem } from "../names";
import { isInProject } from "./build";
import { folderProblems } from "./file-problems";
import { secretProblems } from "./secret-problems";
import { secretEntries } from "./secrets";
import { type NamedSidecar, sidecarsOf } from "./sidecars";
import type { ServiceSpec, Sidecar } from "./spec";
import { variableNameProblems } from "./variable-problems";

/**
 * AWS allows ten containers in a task, of which the platform may need five.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html
 */
const MOST = 5;

/** The other containers of a task, and what the stack of images calls the parts of an image. */
const RESERVED: readonly string[] = [
  ...new Set([DATABASE_SETUP, MIGRATE, HEALTH, READY, ...IMAGE_PARTS]),
];

/** What is wrong with a service's sidecars, beyond the shape of each. */
export function sidecarProblems(service: string, spec: ServiceSpec): string[] {
  const sidecars = sidecarsOf(service, spec);
  const own = new Map(secretEntries(spec));
  return [
    ...(sidecars.length > MOST
      ? [
          `sidecars has ${sidecars.length}; a task has room for ${MOST}: AWS allows ten containers in it, and the platform may need five`,
        ]
      : []),
    ...sidecars.flatMap((each) => [
      ...nameProblems(each),
      ...problemsWith(each).map((problem) => `sidecars.${each.name}.${problem}`),
      ...folderProblems(`sidecars.${each.name}`, each.sidecar),
      ...otherSources(each, own),
    ]),
  ];
}

function nameProblems({ service, name }: NamedSidecar): string[] {
  const problem = serviceNameProblem(name);
  if (problem !== undefined)
    return [`sidecars has the name ${JSON.stringify(name)}, which ${problem}`];
  if (name === service) return [`sidecars.${name} has the name of the service's own container`];
  return RESERVED.includes(name)
    ? [`sidecars.${name} has a name that is reserved, as are ${RESERVED.join(", ")}`]
    : [];
}

function problemsWith({ sidecar }: NamedSidecar): string[] {
  const { folder } = sidecar;
  return [
    ...(isInProject(folder)
      ? []
      : [
          `folder is ${JSON.stringify(folder)}; it must be a path in the project, relative to the folder of services/: no absolute one, and none that .. leads out of it`,
        ]),
    ...sidecarVariableProblems(sidecar),
    ...secretProblems(sidecar),
  ];
}

/** A service and its sidecars share what the environment keeps, by name. */
function otherSources(
  { name, sidecar }: NamedSidecar,
  known: Map<string, true | string>,
): string[] {
  return secretEntries(sidecar).flatMap(([secret, source]) => {
    const other = known.get(secret);
    known.set(secret, other ?? source);
    return other === undefined || other === source
      ? []
      : [
          `sidecars.${name}.secrets gives ${secret} another place than the service or another sidecar does; rename one of them`,
        ];
  });
}

/** Variables that a sidecar would have twice, or whose names are not for it to set. */
export function sidecarVariableProblems(sidecar: Sidecar): string[] {
  const { environment = {} } = sidecar;
  const twice = secretEntries(sidecar).filter(([name]) => Object.hasOwn(environment, name));
  return [
    ...variableNameProblems(environment),
    ...twice.map(([name]) => `environment sets ${name}, but so does secrets; rename one of them`),
  ];
}
