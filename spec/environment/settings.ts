import type { Scaling, Services } from "../service/spec";
import type { Tasks } from "../service/tasks";
import type { Domain } from "./domain";
import { isPreview } from "./preview-suffix";

/** What an environment may decide for itself. Whatever it leaves out has its default. */
export interface EnvironmentSettings<Service extends string = string> {
  /** PLATFORM_REGION wins over it. @default the shell's, as the AWS CLI finds it, then us-east-1 */
  readonly region?: string;
  /** How many availability zones carry subnets. @default 2 */
  readonly availabilityZones?: 2 | 3 | 4;
  /** The VPC's IPv4 range, a private /16. @default 10.0.0.0/16 */
  readonly cidr?: string;
  /** A NAT gateway in each zone, or one that all zones share. @default one-per-zone */
  readonly natGateways?: "one-per-zone" | "shared";
  /** What images are built for and tasks run on. @default X86_64 */
  readonly architecture?: "X86_64" | "ARM64";
  /** @default 0.5 to 4 */
  readonly database?: DatabaseCapacity;
  /**
   * Fargate Spot costs about a third, and AWS takes a task back with two minutes' notice. A change
   * replaces each service of an environment that is there: it is away for minutes.
   * @default on-demand
   */
  readonly capacity?: "on-demand" | "spot";
  /** Tasks of each service that `services` does not name. @default as in services/index.ts */
  readonly scaling?: Scaling;
  /** What single services have here otherwise than in services/index.ts. */
  readonly services?: Readonly<Partial<Record<Service, Tasks>>>;
  /** Takes the images of another environment instead of building them. @default builds them */
  readonly promoteFrom?: Promotion;
  /** Where it answers over HTTPS. @default plain HTTP at the load balancer's own address */
  readonly domain?: Domain;
  /** Accounts that may pull the environment's images, to promote them. @default its own alone */
  readonly pullableBy?: readonly string[];
}

/** The environment, in the same region, whose images are deployed: what runs there, runs here. */
export interface Promotion {
  readonly environment: string;
  /** Its account, where that is another one. @default this environment's own */
  readonly account?: string;
}

/**
 * What Aurora Serverless v2 scales between, in ACU (2 GiB of memory each): 0 to 256 in steps of 0.5,
 * at least 1 at the top. With 0 it pauses five minutes after its last connection, and the next one
 * waits some 15 seconds.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2-auto-pause.html
 */
export interface DatabaseCapacity {
  readonly minCapacity: number;
  readonly maxCapacity: number;
}

/** Settings of all previews: only they can go by themselves. */
export interface PreviewSettings<
  Service extends string = string,
> extends EnvironmentSettings<Service> {
  /** From its last deployment until `npx platform destroy-expired` takes it. @default for ever */
  readonly lifetimeHours?: number;
}

/** All environments by their suffix, and the settings of those that are not listed one by one. */
export type Environments = Readonly<Record<string, PreviewSettings>> & {
  readonly preview: PreviewSettings;
  readonly local: EnvironmentSettings;
};

/**
 * Types the environments: an override of a service that is not in the catalogue does not compile.
 * Values that types cannot judge are checked by `environmentsProblems`.
 */
export function defineEnvironments<Catalogue extends Services, const Suffix extends string>(
  _catalogue: Catalogue,
  environments: Readonly<Record<Suffix, EnvironmentSettings<keyof Catalogue & string>>> & {
    readonly preview: PreviewSettings<keyof Catalogue & string>;
    readonly local: EnvironmentSettings<keyof Catalogue & string>;
  },
): Environments {
  return environments;
}

/** Where the settings of environments are, in messages. */
export const ENVIRONMENTS_FILE = "environments.ts";

/** What a setting is where an environment leaves it out. */
export const DEFAULTS = {
  availabilityZones: 2,
  cidr: "10.0.0.0/16",
  natGateways: "one-per-zone",
  architecture: "X86_64",
  database: { minCapacity: 0.5, maxCapacity: 4 },
  capacity: "on-demand",
  pullableBy: [],
} as const satisfies EnvironmentSettings;

/**
 * The settings of an environment; `undefined` for a suffix that nobody has written down, most likely
 * a mistyped one, which on AWS would cost money under a wrong name.
 */
export function settingsOf(
  suffix: string,
  environments: Environments,
  onLocalAws: boolean,
): PreviewSettings | undefined {
  if (Object.hasOwn(environments, suffix)) return environments[suffix];
  if (isPreview(suffix)) return environments.preview;
  return onLocalAws ? environments.local : undefined;
}

/** The catalogue as an environment has it. */
export function servicesIn(
  { scaling, services = {} }: EnvironmentSettings,
  catalogue: Services,
): Services {
  return Object.fromEntries(
    Object.entries(catalogue).map(([service, spec]) => [
      service,
      { ...spec, ...(scaling && { scaling }), ...services[service] },
    ]),
  );
}
