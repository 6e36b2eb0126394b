import { type AlarmEntry, SHARED_ALARMS } from "./alarms";
import type { Handbook } from "./handbook";
import { type Fact, type Section, type Text, code, paragraph } from "./rendering/document";

/** What starts a command in a step; it reaches to the step's end. */
const COMMAND = /^(.*?)(npx platform .*)$/;

/** Every alarm under the service that it is about, with what to do first. */
export function alarmSections(handbook: Handbook): Section {
  const { alarms, services } = handbook;
  const listed = [SHARED_ALARMS, ...services.map(({ name }) => name)];
  const subjects = listed.filter((each) => alarms.some(({ subject }) => subject === each));
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

function alarmSection(entry: AlarmEntry, { console: pages }: Handbook): Section {
  const { alarm, name, meaning, condition, isMetric, owner, firstSteps } = entry;
  const link: Text = pages && isMetric ? [{ link: "its history", to: pages.alarm(alarm) }] : "";
  const facts: Fact[] = [
    ["Begins when", condition],
    ...(owner === undefined ? [] : ([["Ask", owner]] satisfies Fact[])),
    ...(link === "" ? [] : ([["In CloudWatch", link]] satisfies Fact[])),
  ];
  return {
    title: `${name}: ${alarm}`,
    blocks: [
      { kind: "paragraph", text: meaning },
      { kind: "steps", items: firstSteps.map(stepText) },
      { kind: "facts", facts },
    ],
  };
}

/** A step whose command can be copied. */
function stepText(step: string): Text {
  const [, before = "", command] = COMMAND.exec(step) ?? [];
  return command === undefined ? step : [before, code(command)];
}
