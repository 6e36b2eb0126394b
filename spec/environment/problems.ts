import type { Services } from "../service/spec";
import { tasksProblems } from "../service/tasks";
import type { DatabaseCapacity, Environments, PreviewSettings } from "./settings";
import { domainProblems } from "./domain";
import { isSuffix } from "../names";
import { PREVIEW_PREFIX } from "./preview-suffix";
import { promotionProblems } from "./promotion-problems";
import { regionProblem } from "../regions";

interface Rule {
  readonly allowed: string;
  readonly test: (value: unknown) => boolean;
}

/**
 * A repository's policy names each of them, and has at most 10,240 characters.
 *
 * @see https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_SetRepositoryPolicy.html
 */
const PULLING_ACCOUNTS = 200;

/** The settings that hold several values, or can be refused for several reasons. */
const COMPOSED = [
  "region",
  "database",
  "scaling",
  "services",
  "promoteFrom",
  "domain",
] as const satisfies (keyof PreviewSettings)[];

/** The allowed values of every other setting. */
const RULES = {
  availabilityZones: { allowed: "2, 3 or 4", test: isOneOf([2, 3, 4]) },
  cidr: {
    allowed: "a private /16 such as 10.1.0.0/16",
    test: (value: unknown) =>
      /^(10\.(\d|[1-9]\d|1\d\d|2[0-4]\d|25[0-5])|172\.(1[6-9]|2\d|3[01])|192\.168)\.0\.0\/16$/.test(
        String(value),
      ),
  },
  natGateways: { allowed: "one-per-zone or shared", test: isOneOf(["one-per-zone", "shared"]) },
  architecture: { allowed: "X86_64 or ARM64", test: isOneOf(["X86_64", "ARM64"]) },
  capacity: { allowed: "on-demand or spot", test: isOneOf(["on-demand", "spot"]) },
  pullableBy: {
    allowed: `a list of at most ${PULLING_ACCOUNTS} 12-digit account IDs`,
    test: (value: unknown) =>
      Array.isArray(value) &&
      value.length <= PULLING_ACCOUNTS &&
      value.every((account) => /^\d{12}$/.test(String(account))),
  },
  lifetimeHours: {
    allowed: "a whole number of hours from 1 to 8760",
    test: (value: unknown) =>
      Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 8760,
  },
} satisfies Record<Exclude<keyof PreviewSettings, (typeof COMPOSED)[number]>, Rule>;

const SETTINGS: readonly string[] = [...COMPOSED, ...Object.keys(RULES)];

/**
 * Checks what types cannot, in every environment and not only the selected one. Each problem states the
 * given value and the rule.
 */
export function environmentsProblems(environments: Environments, catalogue: Services): string[] {
  const problems = Object.entries(environments).flatMap(([suffix, settings]) => [
    ...suffixProblems(suffix),
    ...[...settingsProblems(settings, catalogue), ...promotionProblems(suffix, environments)].map(
      (problem) => `${suffix}.${problem}`,
    ),
  ]);
  return [...problems, ...sharedDomains(environments)].map((problem) => `environments: ${problem}`);
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

function settingsProblems(settings: PreviewSettings, catalogue: Services): string[] {
  const given = new Map<string, unknown>(Object.entries(settings));
  const unknown = [...given.keys()].filter((setting) => !SETTINGS.includes(setting));
  const problems = unknown.map(
    (setting) => `${setting} is not a setting; the settings are ${SETTINGS.join(", ")}`,
  );
  for (const [setting, { allowed, test }] of Object.entries<Rule>(RULES)) {
    const value = given.get(setting);
    if (value !== undefined && !test(value)) {
      problems.push(`${setting} is ${JSON.stringify(value)}; it must be ${allowed}`);
    }
  }
  const { region, database, scaling, services = {}, domain } = settings;
  const refused = region === undefined ? undefined : regionProblem(region, "region");
  if (refused !== undefined) problems.push(refused);
  if (domain) problems.push(...domainProblems(domain));
  if (database) problems.push(...databaseProblems(database));
  if (scaling) problems.push(...tasksProblems({ scaling }));
  for (const [service, tasks = {}] of Object.entries(services)) {
    problems.push(...tasksProblems(tasks).map((problem) => `services.${service}.${problem}`));
    if (!(service in catalogue)) {
      const known = Object.keys(catalogue).join(", ");
      problems.push(
        `services names "${service}", which is not a service; the services are ${known}`,
      );
    }
  }
  return problems;
}

function databaseProblems({ minCapacity, maxCapacity }: DatabaseCapacity): string[] {
  const inSteps = [minCapacity, maxCapacity].every((acu) => Number.isInteger(acu * 2));
  const inOrder = minCapacity >= 0 && minCapacity <= maxCapacity;
  if (inSteps && inOrder && maxCapacity >= 1 && maxCapacity <= 256) return [];
  return [
    `database is ${minCapacity} to ${maxCapacity} ACU; both must be in steps of 0.5, minCapacity from 0 to maxCapacity, maxCapacity from 1 to 256`,
  ];
}

function isOneOf(values: readonly unknown[]): (value: unknown) => boolean {
  return (value) => values.includes(value);
}

/** Host names that two environments would share: two entries of the file, or all previews. */
function sharedDomains(environments: Environments): string[] {
  const owners = new Map<string, string>();
  return Object.entries(environments).flatMap(([suffix, { domain }]) => {
    if (!domain) return [];
    const other = suffix === "preview" ? "every other preview" : owners.get(domain.name);
    owners.set(domain.name, suffix);
    return other ? [`${suffix}.domain.name "${domain.name}" is also used by ${other}`] : [];
  });
}
