import type { Config } from "../../spec/config";
import { isOnInternet } from "../../spec/environment/domain";
import { PREVIEW, isPreview } from "../../spec/environment/preview-suffix";
import { logGroupPrefix, resourceName } from "../../spec/names";
import type { Services } from "../../spec/service/spec";
import { type Estimate, estimate } from "../cost/estimate";
import type { PriceList } from "../cost/price-list";
import { type Resource, ofType } from "../cost/resources";
import { localLoadBalancerUrl } from "../environments/address";
import { Refusal } from "../terminal/refusal";
import { type AlarmTopicEntry, alarmTopic } from "./alarm-topic";
import { type AlarmEntry, alarmEntries } from "./alarms";
import { type ConsoleLinks, consoleLinks } from "./console-links";
import { type Topology, topologyOf } from "./rendering/topology";
import type { Running } from "./running";
import { type ServiceEntry, serviceEntries } from "./services";
import { shellLines } from "./shell-variables";
import type { Sources } from "./sources";
import {
  type BucketEntry,
  type DatabaseEntry,
  type QueueEntry,
  bucketEntries,
  databaseEntry,
  queueEntries,
} from "./stores";

/** Everything that a handbook is made of. */
export interface HandbookInput {
  readonly config: Config;
  readonly services: Services;
  /** Those of all three synthesized stacks. */
  readonly resources: readonly Resource[];
  /** `undefined` if the region's prices are not known. */
  readonly prices: PriceList | undefined;
  readonly sources: Sources;
  readonly running: Running;
  /** When it is written. */
  readonly now: Date;
}

/** A log group of the environment, and how long CloudWatch keeps its lines; `undefined` for ever. */
export interface LogGroupEntry {
  readonly name: string;
  readonly days: number | undefined;
}

/** An environment for a person on call, who has never seen it. */
export interface Handbook {
  /** `dev` */
  readonly environment: string;
  /** `platform-dev` */
  readonly name: string;
  readonly region: string;
  /** The address of the local AWS; `undefined` on AWS itself. */
  readonly localAws: string | undefined;
  readonly protected: boolean;
  /** The environment whose images it runs. */
  readonly promotesFrom: string | undefined;
  /** Where its callers' tokens come from; `undefined` for its own user pool. */
  readonly issuer: string | undefined;
  readonly isHttps: boolean;
  /** From the last deployment until it may be destroyed; `undefined` for ever. */
  readonly lifetimeHours: number | undefined;
  /** The policies of the people who look, and of those who restart and roll back. */
  readonly policies: { readonly read: string; readonly operate: string };
  /** Whether people may run commands in its tasks. */
  readonly allowsExec: boolean;
  /** Whether its states are files of one machine. */
  readonly hasLocalState: boolean;
  readonly shell: readonly string[];
  readonly sources: Sources;
  readonly running: Running;
  readonly now: Date;
  readonly console: ConsoleLinks | undefined;
  /** The name of the dashboard in CloudWatch; `undefined` without alarms. */
  readonly dashboard: string | undefined;
  readonly topology: Topology;
  readonly services: readonly ServiceEntry[];
  readonly queues: readonly QueueEntry[];
  readonly buckets: readonly BucketEntry[];
  readonly database: DatabaseEntry | undefined;
  readonly alarms: readonly AlarmEntry[];
  readonly topic: AlarmTopicEntry | undefined;
  readonly logGroups: readonly LogGroupEntry[];
  readonly cost: Estimate | undefined;
}

/** Joins what the stacks, the catalogue and AWS say of an environment. */
export function handbookOf(input: HandbookInput): Handbook {
  const { config, services, resources, prices, sources, running, now } = input;
  const known = { ...input, running: withKnownUrl(running, config) };
  const dashboard = ofType(resources, "aws_cloudwatch_dashboard")
    .map(({ values }) => String(values["dashboard_name"]))
    .find((name) => name === resourceName(config));
  return {
    environment: config.suffix,
    name: resourceName(config),
    region: config.region,
    localAws: isOnInternet(config) ? undefined : config.registry,
    protected: config.protected,
    promotesFrom: config.promoteFrom?.environment,
    issuer: config.identity?.issuer,
    isHttps: config.domain !== undefined,
    lifetimeHours: config.lifetimeHours,
    policies: policiesOf(config),
    allowsExec: config.exec,
    hasLocalState: config.backend.kind === "local",
    shell: shellLines(config),
    sources,
    running: known.running,
    now,
    console: consoleLinks(config),
    dashboard,
    topology: topologyOf(services),
    services: serviceEntries(known),
    queues: queueEntries(input),
    buckets: bucketEntries(input),
    database: databaseEntry(config, services, resources),
    alarms: alarmEntries(config, services, resources),
    topic: alarmTopic(config, resources),
    logGroups: logGroups(config, resources),
    cost: prices && costOf(input, prices),
  };
}

/** As setup/aws names them: all previews share theirs. */
function policiesOf({ name, suffix }: Config): Handbook["policies"] {
  const environment = isPreview(suffix) ? PREVIEW : suffix;
  return { read: `${name}-read-${environment}`, operate: `${name}-operate-${environment}` };
}

/** The address of a domain, and that of the local AWS, are known without an answer. */
function withKnownUrl(running: Running, config: Config): Running {
  const { domain, registry } = config;
  if (domain) return { ...running, url: `https://${domain.name}` };
  return registry
    ? { ...running, url: localLoadBalancerUrl(registry, resourceName(config)) }
    : running;
}

/** A price that the region's list does not have is no reason to have no handbook. */
function costOf({ resources, config, now }: HandbookInput, prices: PriceList) {
  try {
    return estimate(resources, config, prices, now);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return undefined;
  }
}

function logGroups(config: Config, resources: readonly Resource[]): LogGroupEntry[] {
  return ofType(resources, "aws_cloudwatch_log_group")
    .map(({ values }) => ({
      name: String(values["name"]),
      days: Number(values["retention_in_days"]) || undefined,
    }))
    .filter(({ name }) => name.startsWith(logGroupPrefix(config)) || name.startsWith("/aws/rds/"));
}
