import type { Handbook } from "./handbook";
import { FAILURE_PATTERN } from "./log-queries";
import { type Section, type Text, code, commands, names, paragraph } from "./rendering/document";
import { factsOf, nowWords, range } from "./service-facts";
import type { ServiceEntry } from "./services";

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
  const { environment, allowsExec } = handbook;
  const inside =
    allowsExec && kind !== "job"
      ? [
          paragraph("A shell in one of its tasks:"),
          commands(`npx platform exec ${environment} ${name}`),
        ]
      : [];
  return {
    title: name,
    blocks: [
      { kind: "facts", facts: factsOf(service, handbook) },
      commands(
        `npx platform diagnose ${environment} ${name}`,
        `npx platform logs ${environment} ${name} --since 1h --grep '${FAILURE_PATTERN}'`,
      ),
      paragraph(
        kind === "job"
          ? "To run it now:"
          : "To put its previous version back, or to replace its tasks:",
      ),
      ...changes(kind).map((change) => commands(`npx platform ${change} ${environment} ${name}`)),
      ...inside,
    ],
  };
}

/** The commands that change it, which are not copied together. */
function changes(kind: ServiceEntry["kind"]): readonly string[] {
  return kind === "job" ? ["run"] : ["rollback", "restart"];
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
