import type { ConsoleLinks } from "./console-links";
import type { Handbook } from "./handbook";
import {
  type Block,
  type Fact,
  type Section,
  type Text,
  code,
  commands,
  paragraph,
} from "./rendering/document";

/** The address of the load balancer, or the command that tells it. */
export function addressOf({ running, environment, isHttps, localAws }: Handbook): Text {
  const { url } = running;
  if (url === undefined)
    return ["known once it is deployed: ", code(`npx platform open ${environment}`)];
  const plain = !isHttps && localAws === undefined ? " (plain HTTP)" : "";
  return [{ link: url, to: url }, plain];
}

/** Where the environment is found: its addresses, and the pages of the console. */
export function addresses(handbook: Handbook): Section {
  return {
    title: "How to reach it",
    blocks: [
      publicTable(handbook),
      ...consolePages(handbook),
      paragraph("The addresses again, and the browser:"),
      commands(`npx platform open ${handbook.environment}`),
    ],
  };
}

function publicTable({ services }: Handbook): Block {
  return {
    kind: "table",
    caption: "Addresses",
    head: ["service", "public", "for its callers in the network"],
    rows: services
      .filter(({ kind }) => kind === "service")
      .map(({ name, publicUrl, privateUrl = "" }) => [
        name,
        publicUrl === undefined ? "private" : linked(publicUrl),
        [code(privateUrl)],
      ]),
  };
}

/** A path alone, of an address that is not known, is no link. */
export function linked(url: string): Text {
  return url.startsWith("http") ? [{ link: url, to: url }] : [code(url)];
}

function consolePages(handbook: Handbook): Block[] {
  const { console: pages, localAws = "" } = handbook;
  if (!pages)
    return [
      paragraph(
        "Every AWS tool reaches the local AWS at ",
        code(localAws),
        " once the shell points to it. It has no console.",
      ),
    ];
  return [
    paragraph("Pages of AWS's console, for people who are signed in to the account:"),
    { kind: "facts", facts: pageFacts(handbook, pages) },
  ];
}

function pageFacts(handbook: Handbook, pages: ConsoleLinks): Fact[] {
  const { dashboard, database, name, queues, services } = handbook;
  const hasJobs = services.some(({ kind }) => kind === "job");
  const all: readonly (readonly [string, string | undefined, string])[] = [
    ["Dashboard", dashboard, pages.dashboard(name)],
    ["Alarms", dashboard && "all alarms of the region", pages.alarms],
    ["ECS", `services of ${name}`, pages.cluster],
    ["Load balancer", name, pages.loadBalancers],
    ["Logs Insights", "queries of logs", pages.logsInsights],
    ["SQS", queues.length > 0 ? "queues of the region" : undefined, pages.queues],
    ["Aurora", database?.cluster, pages.database(name)],
    ["Step Functions", hasJobs ? "runs of jobs" : undefined, pages.stateMachines],
  ];
  return all.flatMap(([title, link, to]): Fact[] =>
    link === undefined ? [] : [[title, [{ link, to }]]],
  );
}
