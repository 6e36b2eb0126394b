import { alarmProblems } from "../service/alarm-problems";
import { fileMemoryProblem } from "../service/file-problems";
import { readServices } from "../service/schema";
import type { Scaling } from "../service/scaling";
import { scalingProblems, sharedScalingProblems } from "../service/scaling-problems";
import { sidecarVariableProblems } from "../service/sidecar-problems";
import type { ServiceSpec, Services } from "../service/spec";
import type { SidecarValues, Tasks } from "../service/tasks";
import { variableProblems } from "../service/variable-problems";
import { isObject } from "../schema";
import { domainProblems } from "./domain";
import { identityProblems } from "./identity";
import { isSuffix } from "../names";
import { PREVIEW, PREVIEW_PREFIX } from "./preview-suffix";
import { promotionProblems } from "./promotion-problems";
import { protectionProblems } from "./protection";
import { regionProblem } from "../regions";
import { readShapes } from "./schema";
import type { Environments, PreviewSettings } from "./settings";

/**
 * Checks all environments, whatever their type, and not only the selected one: the shape of each, then
 * what it means. Each problem states the given value and the rule.
 */
export function readEnvironments(
  written: unknown,
  catalogue: unknown,
): { environments: Environments; problems: string[] } {
  const { environments, problems, refuses } = readShapes(written);
  // A catalogue that is no object is refused itself.
  const services = isObject(catalogue) ? readServices(catalogue).services : undefined;
  const rules = [
    ...Object.entries(environments).flatMap(([suffix, settings]) => [
      ...suffixProblems(suffix),
      ...[
        ...settingsProblems(settings, services),
        ...lifetimeProblems(suffix, settings),
        ...protectionProblems(suffix, settings, refuses),
        ...promotionProblems(suffix, environments, refuses),
      ].map((problem) => `${suffix}.${problem}`),
    ]),
    ...sharedDomains(environments),
  ];
  return {
    environments,
    problems: [...problems, ...rules].map((problem) => `environments: ${problem}`),
  };
}

function suffixProblems(suffix: string): string[] {
  if (suffix.startsWith(PREVIEW_PREFIX)) {
    return [
      `the name "${suffix}" starts with ${PREVIEW_PREFIX}, which is reserved for previews; choose another name`,
    ];
  }
  return isSuffix(suffix)
    ? []
    : [
        `the name "${suffix}" must be 1 to 12 lower-case letters and digits without a hyphen, starting with a letter, but neither pr nor database`,
      ];
}

function settingsProblems(settings: PreviewSettings, known?: Services): string[] {
  const { region, services = {}, domain, identity } = settings;
  const refused = region === undefined ? undefined : regionProblem(region, "region");
  return [
    ...(refused === undefined ? [] : [refused]),
    ...(domain ? domainProblems(domain) : []),
    ...(identity ? identityProblems(identity) : []),
    ...(known
      ? [
          ...Object.entries(services).flatMap(([name, own]) => ownProblems(name, own, known)),
          ...ownScalingProblems(settings, known),
        ]
      : []),
  ];
}

/** The problems of an environment's own settings for one service. */
function ownProblems(name: string, own: Tasks | undefined, known: Services): string[] {
  const spec = Object.hasOwn(known, name) ? known[name] : undefined;
  if (!spec) {
    const names = Object.keys(known).join(", ");
    return [`services names "${name}", which is not a service; the services are ${names}`];
  }
  const { size, scaling, environment = {} } = own ?? {};
  const problem = size && fileMemoryProblem({ ...spec, size });
  return [
    ...(problem === undefined
      ? []
      : [`services.${name}.size is too small for the service's files: ${problem}`]),
    ...(spec.schedule !== undefined && scaling !== undefined
      ? [`services.${name}.scaling is set, but ${name} is a job, of which one task runs; remove it`]
      : []),
    ...scalingProblems(spec.schedule === undefined ? (scaling ?? {}) : {}, spec).map(
      (each) => `services.${name}.scaling.${each}`,
    ),
    ...alarmProblems(own?.alarms ?? {}, spec).map((each) => `services.${name}.alarms.${each}`),
    ...variableProblems({ ...spec, environment }).map((each) => `services.${name}.${each}`),
    ...Object.entries(own?.sidecars ?? {}).flatMap(([sidecar, values]) =>
      valueProblems(sidecar, values, spec).map((each) => `services.${name}.sidecars${each}`),
    ),
  ];
}

/** The problems of an environment's own values for a sidecar. */
function valueProblems(
  name: string,
  { environment }: SidecarValues,
  { sidecars = {} }: ServiceSpec,
): string[] {
  const sidecar = Object.hasOwn(sidecars, name) ? sidecars[name] : undefined;
  if (!sidecar) {
    const known = Object.keys(sidecars).join(", ") || "none";
    return [` names "${name}", which is no sidecar of the service; it has ${known}`];
  }
  return sidecarVariableProblems({ ...sidecar, environment }).map((each) => `.${name}.${each}`);
}

/** The problems of the environment's own scaling, for the services that have none of theirs. */
function ownScalingProblems(
  {
    scaling = {},
    services = {},
  }: { scaling?: Partial<Scaling>; services?: PreviewSettings["services"] },
  known: Services,
): string[] {
  const scaled = Object.entries(known).filter(
    ([name, spec]) => spec.schedule === undefined && !services[name]?.scaling,
  );
  return sharedScalingProblems(scaling, scaled).map((problem) => `scaling.${problem}`);
}

/** An environment with a name of its own is meant to stay. */
function lifetimeProblems(suffix: string, { lifetimeHours }: PreviewSettings): string[] {
  if (lifetimeHours === undefined || suffix === PREVIEW) return [];
  return [
    `lifetimeHours is ${lifetimeHours}, but only previews expire; remove it, or move it to ${PREVIEW}`,
  ];
}

/** Host names that two environments would share: two entries of the file, or all previews. */
function sharedDomains(environments: Environments): string[] {
  const owners = new Map<string, string>();
  return Object.entries(environments).flatMap(([suffix, { domain }]) => {
    if (!domain) return [];
    const other = suffix === PREVIEW ? "every other preview" : owners.get(domain.name);
    owners.set(domain.name, suffix);
    return other ? [`${suffix}.domain.name "${domain.name}" is also used by ${other}`] : [];
  });
}
