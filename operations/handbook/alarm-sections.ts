import type { AlarmEntry } from "./alarms";
import type { Handbook } from "./handbook";
import {
  type Block,
  type Fact,
  type Section,
  type Text,
  code,
  paragraph,
} from "./rendering/document";

/** What starts a command in a step; it reaches to the step's end. */
const COMMAND = /^(.*?)(npx platform .*)$/;

/** Every alarm under the service that it is about, with what to do first. */
export function alarmSections(handbook: Handbook): Section {
  const { alarms } = handbook;
  const subjects = [...new Set(alarms.map(({ subject }) => subject))];
  return {
    title: "Alarms",
    blocks:
      alarms.length > 0
        ? [
            paragraph(
              `${alarms.length} alarms, by the service that they are about. Each message of an alarm has its name.`,
            ),
          ]
        : [paragraph("This environment has no alarms.")],
    sections: subjects.map((subject) => ({
      title: `Alarms of ${subject}`,
      blocks: [],
      sections: alarms
        .filter((alarm) => alarm.subject === subject)
        .map((alarm) => alarmSection(alarm, handbook)),
    })),
  };
}

function alarmSection(entry: AlarmEntry, { console: pages, topic }: Handbook): Section {
  const { alarm, name, meaning, condition, owner, firstSteps } = entry;
  const isMetric = topic !== undefined && pages !== undefined;
  const facts: Fact[] = [
    ["Alarm", isMetric ? [{ link: alarm, to: pages.alarm(alarm) }] : [code(alarm)]],
    ["Begins when", condition],
    ...(owner === undefined ? [] : ([["Ask", owner]] satisfies Fact[])),
  ];
  const steps: Block = { kind: "steps", items: firstSteps.map(stepText) };
  return {
    title: `${name}: ${alarm}`,
    blocks: [{ kind: "paragraph", text: meaning }, { kind: "facts", facts }, steps],
  };
}

/** A step whose command can be copied. */
function stepText(step: string): Text {
  const [, before = "", command] = COMMAND.exec(step) ?? [];
  return command === undefined ? step : [before, code(command)];
}
