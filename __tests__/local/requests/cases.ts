import type { HttpService, Job, ServiceSpec, Services, Worker } from "../../../spec/service/spec";
import type { Config } from "../../../spec/config";
import { readConfig } from "../../../project";
import type { Environments, PreviewSettings } from "../../../spec/environment/settings";
import { PREVIEW_PREFIX } from "../../../spec/environment/preview-suffix";
import { environmentsWith } from "../../support/environments";

/** An environment with its catalogue. */
export interface Environment {
  readonly config: Config;
  readonly services: Services;
}

/** An environment that is created, changed and then destroyed. */
export interface Case {
  readonly title: string;
  readonly before: Environment;
  readonly after: Environment;
}

const health = "/health";
const size = { cpu: 256, memory: 512 } as const;

const small: Readonly<Record<"web" | "orders" | "archive", HttpService>> = {
  web: { port: 8080, health, size, path: "/", calls: ["orders"] },
  orders: { port: 9000, health, size, database: true, migrate: ["/migrate"] },
  archive: { port: 9100, health, size, path: "/archive", scaling: { min: 1, max: 3 } },
};

const export_: Worker = {
  size,
  receives: ["exports"],
  stores: ["statements"],
  secrets: ["SIGNING_KEY"],
};

const totals: Job = {
  schedule: { cron: "0 3 * * ? *" },
  size,
  stores: ["statements"],
  permissions: [
    { actions: ["ses:SendEmail"], resources: ["arn:aws:ses:*:*:identity/example.com"] },
  ],
};

/** The other kinds as well. */
const all: Services = {
  ...small,
  archive: { ...small.archive, sends: ["exports"] },
  export: export_,
  totals,
};

/** Everything that can change in place, each change in one of the services. */
const changed: Services = {
  web: { ...small.web, health: "/healthy", environment: { LEVEL: "debug" } },
  orders: { ...small.orders, size: { cpu: 512, memory: 1024 } },
  archive: { ...small.archive, path: "/archives", scaling: { min: 2, max: 4 }, calls: ["orders"] },
};

/** The same, of the other kinds: another time and limit, a bucket with versions, a queue that is gone. */
const allChanged: Services = {
  ...changed,
  export: { ...export_, receives: [], stores: { statements: { versioned: true } } },
  totals: {
    ...totals,
    schedule: { everyMinutes: 90, limitMinutes: 10, retries: 2, overlap: true },
  },
};

const LONGEST = { name: 16, suffix: 12, service: 24, path: 126, settings: 20 } as const;
const LONGEST_SUFFIX = "x".repeat(LONGEST.suffix);
/** Enough for each kind of reference between them; each more takes half a minute. */
const SERVICE_COUNT = 6;

/** Names and paths as long as allowed; each service public, with a database, calling all others. */
function worstCase(): Services {
  const names = [...Array(SERVICE_COUNT).keys()].map((index) =>
    `s${index}-`.padEnd(LONGEST.service, "z"),
  );
  const spec = (name: string): ServiceSpec => ({
    port: 65535,
    size,
    database: true,
    migrate: ["/migrate"],
    health: "/".padEnd(1024, "h"),
    files: {
      tmpMiB: 16,
      writable: [...Array(10).keys()].map((index) => `/var/${index}`.padEnd(100, "w")),
    },
    path: `/a/b/c/${name}`.padEnd(LONGEST.path, "p"),
    scaling: {
      min: 2,
      max: 10,
      requests: 1_000_000,
      schedule: [
        {
          cron: "0/15 8-18 ? * MON-FRI *",
          timeZone: "America/Argentina/Buenos_Aires",
          min: 4,
          max: 10,
        },
      ],
    },
    calls: names.filter((other) => other !== name),
    environment: Object.fromEntries(
      [...Array(LONGEST.settings).keys()].map((index) => [`SETTING_${index}`, "v".repeat(100)]),
    ),
  });
  return Object.fromEntries(names.map((name) => [name, spec(name)]));
}

function environment(
  variables: Record<string, string>,
  settings: PreviewSettings,
  services: Services,
): Environment {
  const suffix = variables["PLATFORM_SUFFIX"] ?? "dev";
  const environments: Environments = { ...environmentsWith(), ...own(suffix, settings) };
  const { problems, ...read } = readConfig(variables, environments, services);
  if (problems.length > 0) throw new Error(problems.join("\n"));
  return read;
}

/** A preview has the settings of all previews. */
function own(suffix: string, settings: PreviewSettings): Record<string, PreviewSettings> {
  return suffix.startsWith(PREVIEW_PREFIX) ? {} : { [suffix]: settings };
}

const domain = (name: string) => ({ domain: { name, hostedZone: HOSTED_ZONE } });

const firewall = (requestsPerFiveMinutes: number) => ({ firewall: { requestsPerFiveMinutes } });

const identity = { issuer: "https://login.example.com/tenant", audience: "orders" };

/** Must exist before the environment with a domain. */
export const HOSTED_ZONE = "example.com";

const LONGEST_NAMES = {
  PLATFORM_NAME: "n".repeat(LONGEST.name),
  PLATFORM_SUFFIX: LONGEST_SUFFIX,
};

const GUARDED = { PLATFORM_NAME: "bank" };

export const CASES: readonly Case[] = [
  {
    title: "dev",
    before: environment({}, {}, all),
    after: environment({}, { database: { minCapacity: 1, maxCapacity: 8 }, identity }, allChanged),
  },
  {
    title: "preview",
    before: environment({ PLATFORM_SUFFIX: "pr-7" }, {}, small),
    after: environment({ PLATFORM_SUFFIX: "pr-7" }, {}, changed),
  },
  {
    title: "a protected one, whose protection is taken off",
    before: environment(GUARDED, { protected: true, plainHttp: true }, all),
    after: environment(GUARDED, {}, all),
  },
  {
    title: "domain",
    before: environment(
      { PLATFORM_NAME: "shop" },
      { ...domain(`dev.${HOSTED_ZONE}`), ...firewall(2_000) },
      small,
    ),
    after: environment(
      { PLATFORM_NAME: "shop" },
      { ...domain(`www.${HOSTED_ZONE}`), ...firewall(10), pullableBy: ["111122223333"] },
      changed,
    ),
  },
  {
    title: "the longest names",
    before: environment(LONGEST_NAMES, firewall(2_000_000_000), worstCase()),
    after: environment(LONGEST_NAMES, {}, worstCase()),
  },
];
