import type { StatusEntry } from "../status/entry";
import { statusCells } from "../status/status-line";
import { linked } from "./address";
import type { Handbook } from "./handbook";
import { type Fact, type Text, code, names } from "./rendering/document";
import type { Scaling } from "./scaling";
import type { JobRuns, ServiceEntry } from "./services";

const NOBODY = "nobody is named in services/index.ts";

/** What is known of one service. */
export function factsOf(service: ServiceEntry, handbook: Handbook): Fact[] {
  const { kind, owner, resource, publicUrl, privateUrl, healthPath, size } = service;
  const { console: pages } = handbook;
  const place: Text =
    pages && kind !== "job" ? [{ link: resource, to: pages.service(resource) }] : [code(resource)];
  return [
    ["Kind", kind],
    ["Owner", owner ?? NOBODY],
    ["Now", nowWords(service.now)],
    ["On AWS", place],
    ...only("Public address", publicUrl === undefined ? undefined : linked(publicUrl)),
    ...only("For its callers", privateUrl === undefined ? undefined : [code(privateUrl)]),
    ...only("Health", healthPath === undefined ? undefined : [code(healthPath)]),
    ["Size of a task", size],
    ...scalingFacts(service.scaling),
    ...runFacts(service.runs),
    ...edgeFacts(service),
    ["Log groups", names(service.logGroups, "none")],
  ];
}

function edgeFacts(service: ServiceEntry): Fact[] {
  const { database, calls, calledBy, sends, receives, buckets, sidecars, secrets } = service;
  const list = (title: string, all: readonly string[]): Fact[] =>
    all.length > 0 ? [[title, names(all, "")]] : [];
  return [
    ...list("Calls", calls),
    ...list("Called by", calledBy),
    ...list("Sends to queues", sends),
    ...list("Receives queues", receives),
    ...list("Buckets", buckets),
    ...only("Database", database === undefined ? undefined : [code(database)]),
    ...list("Sidecars", sidecars),
    ...list("Secrets (names alone)", secrets),
  ];
}

function scalingFacts(scaling: Scaling | undefined): Fact[] {
  if (!scaling) return [];
  const { by, times } = scaling;
  return [
    ["Tasks", range(scaling)],
    ["A task is added by", by.length > 0 ? by.join(", ") : "nothing: it is not scaled"],
    ...times.map(({ schedule, timeZone, min, max }): Fact => {
      return ["From then on", [code(schedule), ` (${timeZone}): ${min} to ${max} tasks`]];
    }),
  ];
}

function runFacts(runs: JobRuns | undefined): Fact[] {
  if (!runs) return [];
  const { schedule, timeZone, limitMinutes, retries, overlap } = runs;
  const again =
    retries === 0
      ? "a failed run is not tried again"
      : `a failed run is tried ${retries} more times`;
  return [
    ["Starts", [code(schedule), ` (${timeZone})`]],
    [
      "A run",
      `is stopped after ${limitMinutes} minutes; ${again}; ${overlap ? "runs may overlap" : "it is left out while another goes on"}`,
    ],
  ];
}

/** In the words of `npx platform status`. */
export function nowWords(now: StatusEntry | undefined): string {
  if (!now) return "not known";
  const [, tasks = "", state = "", runs = "", targets = ""] = statusCells(now);
  if (now.kind === "job") return state;
  const parts = [
    `${tasks} tasks`,
    state,
    ...(now.revision === undefined ? [] : [now.revision]),
    `runs ${runs}`,
    ...(targets === "" ? [] : [targets]),
  ];
  return parts.join("; ");
}

/** `2 to 10` */
export function range({ from, to }: Scaling): string {
  return from === to ? String(from) : `${from} to ${to}`;
}

function only(name: string, value: Text | undefined): Fact[] {
  return value === undefined ? [] : [[name, value]];
}
