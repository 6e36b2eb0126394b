import type { ScanSettings } from "../scan/settings";
import type { Scaling } from "../service/scaling";

import type { ServiceSpec, Services, Sidecar } from "../service/spec";
import type { Tasks } from "../service/tasks";
import type { AlarmRecipients } from "./alarms";
import type { Domain } from "./domain";
import type { Firewall } from "./firewall";
import type { Identity } from "./identity";
import { isPreview } from "./preview-suffix";
import type { LogSettings } from "./log-settings";

/** The settings that an environment may choose. Each has a default. */
export interface EnvironmentSettings<Service extends string = string> {
  /** PLATFORM_REGION overrides it. @default the shell's, as the AWS CLI finds it, then us-east-1 */
  readonly region?: string;
  /** How many availability zones carry subnets. @default 2 */
  readonly availabilityZones?: 2 | 3 | 4;
  /** The VPC's IPv4 range, a private /16. @default 10.0.0.0/16 */
  readonly cidr?: string;
  /** One NAT gateway per zone, or one that all zones share. @default one-per-zone */
  readonly natGateways?: "one-per-zone" | "shared";
  /** The CPU architecture of images and tasks. @default X86_64 */
  readonly architecture?: "X86_64" | "ARM64";
  /** @default 0.5 to 4 */
  readonly database?: DatabaseCapacity;
  /**
   * Fargate Spot costs about a third, but AWS can reclaim a task with two minutes' notice. Changing this
   * in a running environment replaces each service, which is down for minutes.
   * @default on-demand
   */
  readonly capacity?: "on-demand" | "spot";
  /** Scaling of the services to which `services` gives none. @default as in services/index.ts */
  readonly scaling?: Scaling;
  /** Overrides of services/index.ts for single services. */
  readonly services?: Readonly<Partial<Record<Service, Tasks>>>;
  /** Takes the images from another environment instead of building them. @default builds them */
  readonly promoteFrom?: Promotion;
  /** The domain to serve over HTTPS. @default plain HTTP at the load balancer's own address */
  readonly domain?: Domain;
  /**
   * The provider whose tokens the services accept. The local AWS always has its own user pool.
   * @default a Cognito user pool of the environment
   */
  readonly identity?: Identity;
  /** Limits on requests that AWS WAF enforces. @default none, and no AWS WAF */
  readonly firewall?: Firewall;
  /** What keeps a scanned image from being pushed; see docs/scanning.md. @default no scan before the push */
  readonly scan?: ScanSettings;
  /** Signs each pushed image with a key of the environment; see docs/signing.md. @default false */
  readonly sign?: boolean;
  /** Accounts that may pull the environment's images to promote them. @default only its own */
  readonly pullableBy?: readonly string[];
  /**
   * Guards the data: nothing deletes or replaces the database, and its backups outlive it. `destroy` is
   * refused until a deployment has taken the protection off; see docs/protection.md. @default false
   */
  readonly protected?: boolean;
  /**
   * Lets people with the right run a command in the tasks of services and workers, as root:
   * `npx platform exec`. The file system of their containers is then writable, because ECS Exec works with
   * no other; see docs/operating.md for what else it costs. Setting or removing it replaces all tasks.
   * @default false: nobody
   */
  readonly exec?: boolean;
  /** Serves a protected environment without HTTPS, which is refused otherwise. @default with a domain */
  readonly plainHttp?: true;
  /** Logs of the load balancer, the network and the database. @default all if `protected`, else none */
  readonly logs?: LogSettings;
  /**
   * Who hears of its alarms; `false` for none at all, and no dashboard. @default the alarms and the
   * dashboard, told to nobody; in previews none
   */
  readonly alarms?: AlarmRecipients | false;
}

/** The environment in the same region whose running images are deployed here. */
export interface Promotion {
  readonly environment: string;
  /** Its account, if it is a different one. @default this environment's own */
  readonly account?: string;
}

/**
 * The range in which Aurora Serverless v2 scales, in ACU (2 GiB of memory each): 0 to 256 in steps of
 * 0.5, with a maximum of at least 1. With a minimum of 0 it pauses five minutes after its last connection,
 * and the next connection waits about 15 seconds.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2-auto-pause.html
 */
export interface DatabaseCapacity {
  readonly minCapacity: number;
  readonly maxCapacity: number;
}

/** Settings of all previews, the only environments that can expire. */
export interface PreviewSettings<
  Service extends string = string,
> extends EnvironmentSettings<Service> {
  /** From its last deployment until `npx platform destroy-expired` may destroy it. @default forever */
  readonly lifetimeHours?: number;
}

/** All environments by suffix, and the settings of those that are not listed individually. */
export type Environments = Readonly<Record<string, PreviewSettings>> & {
  readonly preview: PreviewSettings;
  readonly local: EnvironmentSettings;
};

/**
 * Types the environments: an override of a service that is not in the catalogue does not compile.
 * `readEnvironments` checks them again, and what types cannot.
 */
export function defineEnvironments<Catalogue extends Services, const Suffix extends string>(
  _catalogue: Catalogue,
  environments: Readonly<Record<Suffix, EnvironmentSettings<keyof Catalogue & string>>> & {
    /** They expire, so they cannot be protected. */
    readonly preview: PreviewSettings<keyof Catalogue & string> & { readonly protected?: false };
    readonly local: EnvironmentSettings<keyof Catalogue & string>;
  },
): Environments {
  return environments;
}

/** The file with the environments' settings, for messages. */
export const ENVIRONMENTS_FILE = "environments.ts";

/** The values of settings that an environment leaves out. */
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
 * The settings of an environment; `undefined` for an unlisted suffix, which is most likely a typo and
 * on AWS would cost money under the wrong name.
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

/** The catalogue with an environment's overrides applied. */
export function servicesIn(
  { scaling, services = {} }: EnvironmentSettings,
  catalogue: Services,
): Services {
  return Object.fromEntries(
    Object.entries(catalogue).map(([service, spec]): [string, ServiceSpec] => {
      const tasks = services[service] ?? {};
      const { size = spec.size, scaling: own = scaling, environment, alarms } = tasks;
      const values = {
        size,
        ...(environment && { environment: { ...spec.environment, ...environment } }),
        ...(alarms && { alarms: { ...spec.alarms, ...alarms } }),
      };
      // A job has no number of tasks, and no sidecars.
      if (spec.schedule !== undefined) return [service, { ...spec, ...values }];
      const sidecars = spec.sidecars && { sidecars: sidecarsIn(tasks, spec.sidecars) };
      return [service, { ...spec, ...values, ...sidecars, ...(own && { scaling: own }) }];
    }),
  );
}

/** Sidecars with an environment's values. */
function sidecarsIn(
  { sidecars: values = {} }: Tasks,
  sidecars: Readonly<Record<string, Sidecar>>,
): Readonly<Record<string, Sidecar>> {
  return Object.fromEntries(
    Object.entries(sidecars).map(([name, sidecar]) => {
      const environment = { ...sidecar.environment, ...values[name]?.environment };
      return [name, Object.hasOwn(values, name) ? { ...sidecar, environment } : sidecar];
    }),
  );
}
