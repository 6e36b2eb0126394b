import * as z from "zod/mini";
import {
  type EntrySchema,
  type Refuses,
  entry,
  given,
  isObject,
  readEntries,
  rule,
  text,
  whole,
} from "../schema";
import { httpAlarms, jobAlarms, queueAlarms } from "./alarms";
import { stores } from "./buckets";
import { build } from "./build-schema";
import { command } from "./command";
import { files } from "./files";
import { type Kind, kindOf } from "./kinds";
import { jobLimits, serviceLimits, workerLimits } from "./limits";
import { list } from "./named-list";
import { owner } from "./owner";
import { permissions } from "./permissions-schema";
import { receives, sends } from "./queues";
import { scaling } from "./scaling-schema";
import { schedule } from "./schedule";
import { secrets } from "./secret-schema";
import { containerHealth, sidecars } from "./sidecars";
import type {
  DatabaseChoice,
  HealthCheck,
  HttpService,
  Job,
  ServiceSpec,
  Services,
  Worker,
} from "./spec";
import { size } from "./tasks";
import { variables } from "./variable";

const SIZE = { cpu: 256, memory: 512 } as const;

const healthCheck = entry<HealthCheck>()('a path such as "/health", or { path, command }', {
  path: rule<string>(
    "a path that starts with / and has only visible ASCII characters, at most 1024, such as /health",
    (value) => typeof value === "string" && /^\/[!-~]{0,1023}$/.test(value),
  ),
  command: z.exactOptional(command),
});

const health = z.pipe(
  z.transform((value: unknown) => (typeof value === "string" ? { path: value } : value)),
  healthCheck,
  // Only its problems are read: a path alone has those of the longer form.
) as unknown as z.ZodMiniType<string | HealthCheck>;

const database = entry<DatabaseChoice>()("{ name } of a database", {
  name: z.exactOptional(text("the name of a database")),
});

/** The words of what runs on. */
const runningWords = {
  scaling: z.exactOptional(scaling),
  sidecars: z.exactOptional(sidecars),
};

/** The words of every kind. */
const words = {
  size,
  calls: z.exactOptional(list("the name of a service", "services")),
  sends: z.exactOptional(sends),
  receives: z.exactOptional(receives),
  stores: z.exactOptional(stores),
  database: z.exactOptional(
    z.union([z.boolean(), database], {
      error: ({ input }) => `${given(input)}; it must be true, false or { name: "…" }`,
    }),
  ),
  migrate: z.exactOptional(command),
  environment: z.exactOptional(variables),
  secrets: z.exactOptional(secrets),
  build: z.exactOptional(build),
  files: z.exactOptional(files),
  permissions: z.exactOptional(permissions),
  owner: z.exactOptional(owner),
};

const SERVICE_SHAPE = {
  port: whole("a whole number from 1 to 65535", 1, 65535),
  health,
  path: z.exactOptional(
    text('a public path such as "/orders"; leave it out for a private service'),
  ),
  ...words,
  ...runningWords,
  limits: z.exactOptional(serviceLimits),
  alarms: z.exactOptional(httpAlarms),
};

const WORKER_SHAPE = {
  health: z.exactOptional(containerHealth),
  ...words,
  ...runningWords,
  limits: z.exactOptional(workerLimits),
  alarms: z.exactOptional(queueAlarms),
};

const JOB_SHAPE = {
  schedule,
  dryRun: z.exactOptional(command),
  ...words,
  limits: z.exactOptional(jobLimits),
  alarms: z.exactOptional(jobAlarms),
};

/** What an entry may say, by its kind, and what stands in for what is missing or wrong in it. */
const KINDS: Readonly<Record<Kind, EntrySchema<ServiceSpec>>> = {
  service: {
    schema: entry<HttpService>()(
      'a service: { port: 8000, health: "/health", size: { … } }',
      SERVICE_SHAPE,
    ),
    shape: SERVICE_SHAPE,
    standIn: { port: 8000, health: "/", size: SIZE },
  },
  worker: {
    schema: entry<Worker>()("a worker: { size: { … } }", WORKER_SHAPE),
    shape: WORKER_SHAPE,
    standIn: { size: SIZE },
  },
  job: {
    schema: entry<Job>()('a job: { schedule: { cron: "…" }, size: { … } }', JOB_SHAPE),
    shape: JOB_SHAPE,
    standIn: { schedule: { everyMinutes: 60 }, size: SIZE },
  },
};

/** The words of each kind. */
export function wordsOf(kind: Kind): string[] {
  return Object.keys(KINDS[kind].shape);
}

/** What makes an entry one of its kind. */
const BECAUSE: Readonly<Record<Kind, string>> = {
  service: "an HTTP service",
  worker: "a worker, because it has neither port nor schedule",
  job: "a job, because it has a schedule",
};

/** The kind that an entry is meant to be: what has a path is an HTTP service that lacks its port. */
function kindMeant(written: unknown): Kind {
  if (!isObject(written)) return "service";
  const { path, health } = written;
  const hasPath = path !== undefined || typeof health === "string" || hasOwnPath(health);
  return hasPath && written["schedule"] === undefined ? "service" : kindOf(written);
}

function hasOwnPath(health: unknown): boolean {
  return isObject(health) && Object.hasOwn(health, "path");
}

/** The words of an entry that only other kinds have, each with its problem. */
function foreignWords(written: unknown): Map<string, string> {
  if (!isObject(written)) return new Map();
  const kind = kindMeant(written);
  const found = Object.keys(written).flatMap((word): [string, string][] => {
    if (Object.hasOwn(KINDS[kind].shape, word)) return [];
    const owners = Object.entries(KINDS).filter(([, { shape }]) => Object.hasOwn(shape, word));
    if (owners.length === 0) return [];
    const allowed = owners.map(([owner]) => owner).join(" or a ");
    return [[word, `${word} is a word of a ${allowed}, but this is ${BECAUSE[kind]}; remove it`]];
  });
  return new Map(found);
}

/**
 * Checks the shape of the catalogue. Returns every problem, and the services: of one with problems, the
 * words that are right, and which ones are not.
 */
export function readServices(catalogue: unknown): {
  services: Services;
  problems: string[];
  refuses: Refuses;
} {
  if (!isObject(catalogue)) {
    const allowed = "an object with each service by its name: defineServices({ orders: { … } })";
    return {
      services: {},
      problems: [`the catalogue ${given(catalogue)}; it must be ${allowed}`],
      refuses: () => true,
    };
  }
  const foreign = Object.entries(catalogue).map(([name, written]) => {
    return { name, written, words: foreignWords(written) };
  });
  const own = foreign.map(({ name, written, words }): [string, unknown] => [
    name,
    isObject(written)
      ? Object.fromEntries(Object.entries(written).filter(([word]) => !words.has(word)))
      : written,
  ]);
  const read = readEntries((written) => KINDS[kindMeant(written)], Object.fromEntries(own));
  const misplaced = foreign.flatMap(({ name, words }) =>
    [...words.values()].map((problem) => `${name}.${problem}`),
  );
  return {
    services: read.entries,
    problems: [...misplaced, ...read.problems],
    refuses: read.refuses,
  };
}
