import type { ConsoleLinks } from "./console-links";
import type { Handbook } from "./handbook";
import { FAILURE_PATTERN, LOG_QUERIES } from "./log-queries";
import { type Block, type Section, code, commands, paragraph } from "./rendering/document";

/** Where the logs are, and questions to them. */
export function logSection(handbook: Handbook): Section {
  const { environment, logGroups, console: pages } = handbook;
  return {
    title: "Logs",
    blocks: [
      commands(
        `npx platform logs ${environment} --since 30m --grep '${FAILURE_PATTERN}'`,
        `npx platform logs ${environment} --follow`,
      ),
      {
        kind: "table",
        caption: "Log groups",
        head: ["log group", "kept"],
        rows: logGroups.map(({ name, days }) => [
          pages ? [{ link: name, to: pages.logGroup(name) }] : [code(name)],
          days === undefined ? "for ever" : `${days} days`,
        ]),
      },
    ],
    // They are asked on a page of the console, which the local AWS does not have.
    sections: pages ? [queries(handbook, pages)] : [],
  };
}

function queries({ name }: Handbook, { logsInsights }: ConsoleLinks): Section {
  return {
    title: "Queries for CloudWatch Logs Insights",
    blocks: [
      paragraph(
        "They fit the JSON lines of the services that are included. In ",
        { link: "Logs Insights", to: logsInsights },
        ", select the log groups that begin with ",
        code(`/ecs/${name}/`),
        " and a time.",
      ),
      ...LOG_QUERIES.flatMap(({ question, lines }): Block[] => [
        paragraph(question),
        { kind: "code", language: "text", lines },
      ]),
    ],
  };
}
