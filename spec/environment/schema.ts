import * as z from "zod/mini";
import {
  type EntrySchema,
  type Refuses,
  entry,
  given,
  isObject,
  named,
  oneOf,
  readEntries,
  rule,
  text,
} from "../schema";
import { SEVERITIES, type ScanSettings } from "../scan/settings";
import { scaling } from "../service/scaling-schema";
import { tasks } from "../service/tasks";
import { alarms } from "./alarms";
import type { Domain } from "./domain";
import type { LogSettings } from "./log-settings";
import { type Firewall, REQUEST_LIMITS } from "./firewall";
import type { Identity } from "./identity";
import type { DatabaseCapacity, Environments, PreviewSettings, Promotion } from "./settings";

/**
 * A repository's policy names each of them, and has at most 10,240 characters.
 *
 * @see https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_SetRepositoryPolicy.html
 */
const PULLING_ACCOUNTS = 200;

const PRIVATE_16 =
  /^(10\.(\d|[1-9]\d|1\d\d|2[0-4]\d|25[0-5])|172\.(1[6-9]|2\d|3[01])|192\.168)\.0\.0\/16$/;

const acu = rule<number>("a number of ACU", (value) => typeof value === "number");

const database = z.pipe(
  entry<DatabaseCapacity>()("a range of ACU such as { minCapacity: 0.5, maxCapacity: 4 }", {
    minCapacity: acu,
    maxCapacity: acu,
  }),
  z.custom<DatabaseCapacity, DatabaseCapacity>(isCapacity, {
    error: (issue) => {
      // What the first half of the pipe lets through.
      const { minCapacity, maxCapacity } = issue.input as DatabaseCapacity;
      return `is ${minCapacity} to ${maxCapacity} ACU; both must be in steps of 0.5, minCapacity from 0 to maxCapacity, maxCapacity from 1 to 256`;
    },
  }),
);

const promoteFrom = entry<Promotion>()('{ environment: "…" }', {
  environment: text("the name of another environment"),
  account: z.exactOptional(rule<string>("a 12-digit account ID, in quotes", isAccount)),
});

const domain = entry<Domain>()('{ name: "…", hostedZone: "…" }', {
  name: text("a host name such as dev.example.com"),
  hostedZone: text("a hosted zone such as example.com"),
});

const flag = rule<boolean>("true or false", (value) => typeof value === "boolean");

const logs = entry<LogSettings>()("a choice of logs such as { access: true }", {
  access: z.exactOptional(flag),
  flow: z.exactOptional(flag),
  database: z.exactOptional(flag),
});

const identity = entry<Identity>()('{ issuer: "…", audience: "…" }', {
  issuer: text("an issuer such as https://login.example.com/tenant"),
  audience: text("the audience of its access tokens"),
  replaces: z.exactOptional(text("the issuer that was deployed before")),
});

const firewall = entry<Firewall>()("{ requestsPerFiveMinutes: 2000 }", {
  requestsPerFiveMinutes: rule<number>(
    `a whole number from ${REQUEST_LIMITS.minimum} to ${REQUEST_LIMITS.maximum}`,
    (value) =>
      Number.isInteger(value) &&
      Number(value) >= REQUEST_LIMITS.minimum &&
      Number(value) <= REQUEST_LIMITS.maximum,
  ),
});

const scan = entry<ScanSettings>()('{ threshold: "high" }', {
  threshold: oneOf("critical, high, medium or low", SEVERITIES),
  unfixed: z.exactOptional(oneOf("fail or report", ["fail", "report"])),
});

const shape = {
  region: z.exactOptional(text("a region such as eu-west-1")),
  availabilityZones: z.exactOptional(oneOf("2, 3 or 4", [2, 3, 4])),
  cidr: z.exactOptional(
    rule<string>(
      "a private /16 such as 10.1.0.0/16",
      (value) => typeof value === "string" && PRIVATE_16.test(value),
    ),
  ),
  natGateways: z.exactOptional(oneOf("one-per-zone or shared", ["one-per-zone", "shared"])),
  architecture: z.exactOptional(oneOf("X86_64 or ARM64", ["X86_64", "ARM64"])),
  database: z.exactOptional(database),
  capacity: z.exactOptional(oneOf("on-demand or spot", ["on-demand", "spot"])),
  scaling: z.exactOptional(scaling),
  services: z.exactOptional(
    named("overrides by service: { orders: { scaling: … } }", z.optional(tasks)),
  ),
  promoteFrom: z.exactOptional(promoteFrom),
  domain: z.exactOptional(domain),
  identity: z.exactOptional(identity),
  firewall: z.exactOptional(firewall),
  scan: z.exactOptional(scan),
  sign: z.exactOptional(flag),
  pullableBy: z.exactOptional(
    rule<readonly string[]>(
      `a list of at most ${PULLING_ACCOUNTS} 12-digit account IDs, in quotes`,
      (value) => Array.isArray(value) && value.length <= PULLING_ACCOUNTS && value.every(isAccount),
    ),
  ),
  protected: z.exactOptional(flag),
  exec: z.exactOptional(flag),
  plainHttp: z.exactOptional(rule<true>("true, or left out", (value) => value === true)),
  logs: z.exactOptional(logs),
  alarms: z.exactOptional(alarms),
  lifetimeHours: z.exactOptional(
    rule<number>(
      "a whole number of hours from 1 to 8760",
      (value) => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 8760,
    ),
  ),
};

const ENTRY: EntrySchema<PreviewSettings> = {
  schema: entry<PreviewSettings>()("an object with settings; {} for the defaults", shape),
  shape,
  standIn: {},
};

/**
 * Checks the shape of all environments. Returns every problem, and the environments: of one with
 * problems, the settings that are right, and which ones are not.
 */
export function readShapes(written: unknown): {
  environments: Environments;
  problems: string[];
  refuses: Refuses;
} {
  if (!isObject(written)) {
    const allowed = "an object with settings by each suffix: defineEnvironments(services, { … })";
    return {
      environments: { preview: {}, local: {} },
      problems: [`the file's export ${given(written)}; it must be ${allowed}`],
      refuses: () => true,
    };
  }
  const { preview, local } = written;
  const { entries, ...rest } = readEntries(() => ENTRY, { ...written, preview, local });
  const environments = {
    ...entries,
    preview: entries["preview"] ?? {},
    local: entries["local"] ?? {},
  };
  return { environments, ...rest };
}

function isAccount(value: unknown): boolean {
  return typeof value === "string" && /^\d{12}$/.test(value);
}

function isCapacity({ minCapacity, maxCapacity }: DatabaseCapacity): boolean {
  const inSteps = [minCapacity, maxCapacity].every((acu) => Number.isInteger(acu * 2));
  const inOrder = minCapacity >= 0 && minCapacity <= maxCapacity;
  return inSteps && inOrder && maxCapacity >= 1 && maxCapacity <= 256;
}
