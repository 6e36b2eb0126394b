import type { StatusEntry } from "../status/entry";
import { statusCells } from "../status/status-line";
import { linked } from "./address";
import type { Handbook } from "./handbook";
import { FAILURE_PATTERN } from "./log-queries";
import { type Fact, type Section, type Text, code, commands, names } from "./rendering/document";
import type { Scaling } from "./scaling";
import type { JobRuns, ServiceEntry } from "./services";

const NOBODY = "nobody is named in services/index.ts";

/** All services in one table, then each with what belongs to it. */
export function serviceSections(handbook: Handbook): Section {
  const { services } = handbook;
  return {
    title: "Services",
    blocks: [
      {
        kind: "table",
        caption: "All services, workers and jobs",
        head: ["name", "kind", "owner", "address", "size", "tasks", "now", "revision", "version"],
        rows: services.map((service) => [
          service.name,
          service.kind,
          service.owner ?? "nobody",
          pathOf(service),
          service.size,
          service.scaling ? range(service.scaling) : "",
          ...nowCells(service),
        ]),
      },
    ],
    sections: services.map((service) => serviceSection(service, handbook)),
  };
}

function serviceSection(service: ServiceEntry, handbook: Handbook): Section {
  const { name, kind } = service;
  const { environment } = handbook;
  const operation =
    kind === "job"
      ? [`npx platform run ${environment} ${name}`]
      : [
          `npx platform rollback ${environment} ${name}`,
          `npx platform restart ${environment} ${name}`,
        ];
  return {
    title: name,
    blocks: [
      { kind: "facts", facts: factsOf(service, handbook) },
      commands(
        `npx platform diagnose ${environment} ${name}`,
        `npx platform logs ${environment} ${name} --since 1h --grep '${FAILURE_PATTERN}'`,
        ...operation,
      ),
    ],
  };
}

function factsOf(service: ServiceEntry, handbook: Handbook): Fact[] {
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

/** The path, which leads to the address if that is known. */
function pathOf({ path, publicUrl = "" }: ServiceEntry): Text {
  if (path === undefined) return "";
  return publicUrl.startsWith("http") ? [{ link: path, to: publicUrl }] : [code(path)];
}

/** The state, the revision and the version that run. */
function nowCells({ now }: ServiceEntry): Text[] {
  if (!now) return ["not known", "", ""];
  if (now.kind === "job") return [nowWords(now), "", ""];
  const { tasks, deployment, revision, versions } = now;
  return [
    `${tasks.running} of ${tasks.desired} tasks, ${deployment.state}`,
    revision === undefined ? "" : [code(revision)],
    names(versions, ""),
  ];
}

/** In the words of `npx platform status`. */
function nowWords(now: StatusEntry | undefined): string {
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
function range({ from, to }: Scaling): string {
  return from === to ? String(from) : `${from} to ${to}`;
}

function only(name: string, value: Text | undefined): Fact[] {
  return value === undefined ? [] : [[name, value]];
}
