import type { Handbook } from "./handbook";
import {
  type Block,
  type Fact,
  type Section,
  type Text,
  code,
  commands,
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
      { kind: "paragraph", text: "The addresses again, and the browser:" },
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

function consolePages({
  console: pages,
  dashboard,
  database,
  name,
  queues,
  services,
  localAws,
}: Handbook): Block[] {
  if (!pages) {
    const address = localAws ?? "";
    return [
      {
        kind: "facts",
        facts: [
          [
            "Local AWS",
            [
              "every AWS tool reaches it at ",
              code(address),
              " once the shell points to it; it has no console",
            ],
          ],
        ],
      },
    ];
  }
  const link = (text: string, to: string): Text => [{ link: text, to }];
  const facts: Fact[] = [
    ...(dashboard === undefined
      ? []
      : ([
          ["Dashboard", link(dashboard, pages.dashboard(dashboard))],
          ["Alarms", link("all alarms of the region", pages.alarms)],
        ] satisfies Fact[])),
    ["ECS", link(`services of ${name}`, pages.cluster)],
    ["Load balancer", link(name, pages.loadBalancers)],
    ["Logs Insights", link("queries of logs", pages.logsInsights)],
    ...(queues.length > 0
      ? ([["SQS", link("queues of the region", pages.queues)]] satisfies Fact[])
      : []),
    ...(database
      ? ([["Aurora", link(database.cluster, pages.database(database.cluster))]] satisfies Fact[])
      : []),
    ...(services.some(({ kind }) => kind === "job")
      ? ([["Step Functions", link("runs of jobs", pages.stateMachines)]] satisfies Fact[])
      : []),
  ];
  return [
    {
      kind: "paragraph",
      text: "Pages of AWS's console, for who has signed in to the account:",
    },
    { kind: "facts", facts },
  ];
}
