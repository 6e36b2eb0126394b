import type { AlarmRecipients } from "./environment/alarms";
import type { Backend } from "./variables/backend";
import type { Domain } from "./environment/domain";
import type { LogSettings } from "./environment/log-settings";
import type { Firewall } from "./environment/firewall";
import type { Identity } from "./environment/identity";
import type { DatabaseCapacity, Promotion } from "./environment/settings";
import type { Scan } from "./scan/accepted";
import type { Placed } from "./names";

/** The environment's placement, names and settings, shared by all three stacks. */
export interface Config extends Placed {
  /** The number of availability zones with subnets: 2 to 4. */
  readonly availabilityZones: number;
  /** The VPC's IPv4 range, a /16. */
  readonly cidr: string;
  /** One NAT gateway per zone, or one that all zones share: cheaper, but lost with its zone. */
  readonly natGateways: "one-per-zone" | "shared";
  /** The CPU architecture of images and tasks. */
  readonly architecture: "X86_64" | "ARM64";
  /** The range in which Aurora scales. */
  readonly database: DatabaseCapacity;
  /** The capacity that tasks run on: Spot is cheaper, but AWS can reclaim a task. */
  readonly capacity: "on-demand" | "spot";
  /** Whether its data is guarded against deletion; see docs/protection.md. */
  readonly protected: boolean;
  /** Whether people may run commands in the tasks of its services and workers, with the right to it. */
  readonly exec: boolean;
  /** The logs that AWS writes about it, in addition to those of its services. */
  readonly logs: Required<LogSettings>;
  /** Who hears of its alarms. @default no alarms, and no dashboard */
  readonly alarms: Required<AlarmRecipients> | undefined;
  /** From a preview's last deployment until it may be destroyed. @default forever */
  readonly lifetimeHours: number | undefined;
  /** The domain to serve over HTTPS. @default plain HTTP at the load balancer's own address */
  readonly domain: Domain | undefined;
  /** The provider of the callers' tokens. @default a Cognito user pool of the environment */
  readonly identity: Identity | undefined;
  /** Limits on requests that AWS WAF enforces. @default none */
  readonly firewall: Firewall | undefined;
  /** What its images are scanned for before they are pushed. @default no scan */
  readonly scan: Scan | undefined;
  /** Whether each pushed image is signed with the environment's key. */
  readonly sign: boolean;
  /** Where the vulnerability database comes from, in place of grype's publisher. @default its publisher */
  readonly vulnerabilityDatabase: string | undefined;
  /**
   * Where tasks get the keys of Cognito's user pools, as `http://host:port`, in place of the pool's own
   * address. @default the pool's own address
   */
  readonly cognito: string | undefined;
  /**
   * The builder of the images that have a cache, which `docker buildx create` made and `BUILDX_BUILDER`
   * names. @default the engine's own
   */
  readonly builder: string | undefined;
  /** A registry that replaces ECR's address, as `http://host:port`. @default ECR's address */
  readonly registry: string | undefined;
  /**
   * PEM text of the authorities that sign the database's certificate: RDS's in this region, unless
   * `PLATFORM_DATABASE_CA` names others. `undefined` for a region whose authorities are unknown.
   */
  readonly databaseAuthorities: string | undefined;
  /** The period whose passwords the services' database logins have; see spec/database/login.ts. */
  readonly passwordPeriod: number;
  /** The place where Terraform keeps the states. */
  readonly backend: Backend;
  /**
   * Repositories of services that have left the catalogue but may still be running. `npx platform deploy`
   * sets it until the platform no longer uses them. @default none
   */
  readonly keptRepositories: readonly string[];
  /**
   * Databases that a protected environment may lose from its services; they stay on the cluster.
   * `npx platform deploy --leave-database` sets it. @default none
   */
  readonly leftDatabases: readonly string[];
  /** Takes the images from another environment instead of building them. @default builds them */
  readonly promoteFrom: Promotion | undefined;
  /** Accounts that may pull the environment's images to promote them. @default only its own */
  readonly pullableBy: readonly string[];
  /**
   * ARN of the IAM permissions boundary of task roles. `setup/aws` creates one, and its deploy role
   * cannot create roles without it. @default none
   */
  readonly permissionsBoundary: string | undefined;
}
